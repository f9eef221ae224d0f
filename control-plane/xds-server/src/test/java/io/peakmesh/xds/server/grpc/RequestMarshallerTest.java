package io.peakmesh.xds.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.BuildVersion;
import io.envoyproxy.envoy.config.core.v3.Extension;
import io.envoyproxy.envoy.config.core.v3.Locality;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.type.v3.SemanticVersion;
import io.grpc.StatusRuntimeException;
import io.peakmesh.xds.server.delta.Request;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RequestMarshallerTest {
    private static Request parse(ByteString bytes) {
        return new RequestMarshaller().parse(new ByteArrayInputStream(bytes.toByteArray()));
    }

    private static Request.Node node(Node node) {
        ByteString bytes = DeltaDiscoveryRequest.newBuilder().setNode(node).build().toByteString();
        return parse(bytes).node().orElseThrow();
    }

    private static Value text(String text) {
        return Value.newBuilder().setStringValue(text).build();
    }

    private static Request.Node metadata(Map<String, Value> fields) {
        return node(
                Node.newBuilder().setMetadata(Struct.newBuilder().putAllFields(fields)).build());
    }

    /** A request whose node has these bytes as its metadata. */
    private static ByteString raw(ByteString metadata) {
        return field(1, field(3, metadata));
    }

    private static ByteString field(int number, ByteString bytes) {
        try {
            ByteString.Output sink = ByteString.newOutput();
            CodedOutputStream out = CodedOutputStream.newInstance(sink);
            out.writeBytes(number, bytes);
            out.flush();
            return sink.toByteString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ByteString field(int number, String text) {
        return field(number, ByteString.copyFromUtf8(text));
    }

    @Test
    void readsWhatIsKeptOfANode() {
        Node node =
                Node.newBuilder()
                        .setId("ns/web-1")
                        .setCluster("web")
                        .setLocality(Locality.newBuilder().setRegion("r").setZone("r-1a"))
                        .setUserAgentBuildVersion(
                                BuildVersion.newBuilder()
                                        .setVersion(
                                                SemanticVersion.newBuilder()
                                                        .setMajorNumber(1)
                                                        .setMinorNumber(40)))
                        .setMetadata(
                                Struct.newBuilder()
                                        .putFields("other", text("thing"))
                                        .putFields("peakmesh_lb", text("none"))
                                        .putFields("peakmesh_lb_reason", text("no compiler")))
                        .addExtensions(Extension.newBuilder().setName("envoy.x"))
                        .build();

        assertThat(node(node))
                .isEqualTo(
                        new Request.Node(
                                "ns/web-1", "web", "r-1a", "1.40.0", "none", "no compiler"));
    }

    @Test
    void aNodeWithoutMetadataNamesNoModule() {
        assertThat(node(Node.newBuilder().setId("ns/p").build()))
                .isEqualTo(new Request.Node("ns/p", "", "", "", "", ""));
        assertThat(metadata(Map.of("peakmesh", text("v1"), "peakmesh_lb2", text("v1"))).module())
                .isEmpty();
    }

    @Test
    void aMarkerThatIsNoStringIsNone() {
        List<Value> others =
                List.of(
                        Value.newBuilder().setNumberValue(1).build(),
                        Value.newBuilder().setBoolValue(true).build(),
                        Value.newBuilder()
                                .setNullValue(com.google.protobuf.NullValue.NULL_VALUE)
                                .build(),
                        Value.newBuilder()
                                .setStructValue(Struct.newBuilder().putFields("x", text("v1")))
                                .build(),
                        Value.newBuilder()
                                .setListValue(ListValue.newBuilder().addValues(text("v1")))
                                .build(),
                        Value.getDefaultInstance());
        for (Value value : others) {
            assertThat(metadata(Map.of("peakmesh_lb", value)).module()).as("%s", value).isEmpty();
        }
    }

    @Test
    void keepsAtMostAShortPieceOfWhatANodeSays() {
        String longText = "x".repeat(100_000);

        Request.Node node =
                metadata(
                        Map.of(
                                "peakmesh_lb", text("v1" + longText),
                                "peakmesh_lb_reason", text(longText)));

        assertThat(node.module()).hasSize(512).startsWith("v1x");
        assertThat(node.moduleNote()).hasSize(512);
    }

    @Test
    void readsAnEntryWhoseValueComesFirstAndTheLastOfSeveral() {
        ByteString value = field(2, field(3, "v1"));
        ByteString key = field(1, "peakmesh_lb");
        ByteString second = field(2, field(3, "none"));

        assertThat(parse(raw(field(1, value.concat(key)))).node().orElseThrow().module())
                .isEqualTo("v1");
        ByteString both = field(1, value.concat(key)).concat(field(1, key.concat(second)));
        assertThat(parse(raw(both)).node().orElseThrow().module()).isEqualTo("none");
    }

    @Test
    void refusesMetadataThatLiesAboutItsLength() {
        ByteString good = field(1, field(1, "peakmesh_lb").concat(field(2, field(3, "v1"))));
        for (int end = 1; end < good.size(); end++) {
            ByteString cut = good.substring(0, end);
            assertThatThrownBy(() -> parse(raw(cut)))
                    .as("cut at %s", end)
                    .isInstanceOf(StatusRuntimeException.class)
                    .hasMessageContaining("not a DeltaDiscoveryRequest");
        }
        assertThat(parse(raw(good)).node().orElseThrow().module()).isEqualTo("v1");
    }

    @Test
    void bearsDeepNestingWithoutFollowingIt() {
        ByteString deep = ByteString.EMPTY;
        for (int i = 0; i < 2_000; i++) {
            deep = field(5, field(1, field(1, "x").concat(field(2, deep))));
        }
        ByteString entry = field(1, "peakmesh_lb").concat(field(2, deep));

        assertThat(parse(raw(field(1, entry))).node().orElseThrow().module()).isEmpty();
    }

    @Test
    void readsTheSameAsTheLibraryDoes() {
        Random random = new Random(4);
        List<String> keys = List.of("peakmesh_lb", "peakmesh_lb_reason", "peakmesh", "", "é");
        for (int run = 0; run < 2_000; run++) {
            Struct.Builder fields = Struct.newBuilder();
            for (int i = random.nextInt(6); i > 0; i--) {
                Value value =
                        switch (random.nextInt(4)) {
                            case 0 -> Value.newBuilder().setNumberValue(random.nextInt()).build();
                            case 1 -> Value.newBuilder().setStructValue(fields.clone()).build();
                            default -> text("v" + random.nextInt(3) + "ü");
                        };
                fields.putFields(keys.get(random.nextInt(keys.size())), value);
            }
            Node node = Node.newBuilder().setId("n" + run).setMetadata(fields).build();
            Value none = Value.getDefaultInstance();

            Request.Node read = node(node);

            assertThat(read.id()).isEqualTo("n" + run);
            assertThat(read.module())
                    .isEqualTo(
                            node.getMetadata()
                                    .getFieldsOrDefault("peakmesh_lb", none)
                                    .getStringValue());
            assertThat(read.moduleNote())
                    .isEqualTo(
                            node.getMetadata()
                                    .getFieldsOrDefault("peakmesh_lb_reason", none)
                                    .getStringValue());
        }
    }
}
