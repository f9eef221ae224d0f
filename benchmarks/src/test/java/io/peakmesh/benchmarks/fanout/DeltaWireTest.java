package io.peakmesh.benchmarks.fanout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.peakmesh.benchmarks.fanout.Conversation.Message;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeltaWireTest {
    @Test
    void readsWhatEnvoysOwnMessagesWrite() throws IOException {
        byte[] message = Answers.of(Type.ENDPOINT, "nonce-7", "v1", List.of("a", "b"));

        DeltaResponse response = Answers.read(message);

        assertThat(response.type()).isEqualTo(Type.ENDPOINT);
        assertThat(response.nonce()).isEqualTo("nonce-7");
        assertThat(response.bytes()).isEqualTo(message.length);
        assertThat(response.removed()).isEmpty();
        assertThat(response.resources())
                .extracting(DeltaResponse.Item::name)
                .containsExactly("a", "b");
        assertThat(response.resources())
                .extracting(DeltaResponse.Item::version)
                .containsOnly(DeltaResponse.hash("v1"));
    }

    @Test
    void saysWhereInTheMessageAResourcesBodyStands() throws IOException {
        byte[] message = Answers.of(Type.SECRET, "n", "v1", List.of("id"));

        DeltaResponse.Item item = Answers.read(message).resources().getFirst();

        byte[] body =
                Arrays.copyOfRange(
                        message, item.bodyOffset(), item.bodyOffset() + item.bodyLength());
        assertThat(new String(body, StandardCharsets.ISO_8859_1)).endsWith("body of id");
    }

    @Test
    void readsOnlyTheMessageOfALargerBuffer() throws IOException {
        byte[] message = Answers.removal(Type.CLUSTER, "gone");
        byte[] buffer = Arrays.copyOf(message, message.length + 100);
        Arrays.fill(buffer, message.length, buffer.length, (byte) 0xff);

        DeltaResponse response = DeltaResponse.read(buffer, message.length);

        assertThat(response.removed()).containsExactly("gone");
    }

    @Test
    void refusesATruncatedMessage() {
        byte[] message = Answers.of(Type.CLUSTER, "n", "v", List.of("a"));

        assertThatThrownBy(() -> DeltaResponse.read(message, message.length - 1))
                .isInstanceOf(InvalidProtocolBufferException.class);
    }

    @Test
    void versionsThatDifferHashToDifferentNumbers() {
        assertThat(DeltaResponse.hash("AAAA")).isNotEqualTo(DeltaResponse.hash("AAAB"));
    }

    @Test
    void writesRequestsThatEnvoysOwnMessagesRead() throws IOException {
        byte[] node = new Nodes().node("bench/pod", "svc");

        DeltaDiscoveryRequest first =
                DeltaDiscoveryRequest.parseFrom(
                        DeltaRequest.write(node, new Message(Type.CLUSTER, List.of("a"), "")));
        DeltaDiscoveryRequest ack =
                DeltaDiscoveryRequest.parseFrom(
                        DeltaRequest.write(new byte[0], new Message(Type.ROUTE, List.of(), "n1")));

        assertThat(first.getNode().getId()).isEqualTo("bench/pod");
        assertThat(first.getTypeUrl()).isEqualTo(Type.CLUSTER.url());
        assertThat(first.getResourceNamesSubscribeList()).containsExactly("a");
        assertThat(first.getResponseNonce()).isEmpty();
        assertThat(ack.hasNode()).isFalse();
        assertThat(ack.getResponseNonce()).isEqualTo("n1");
        assertThat(ack.getResourceNamesSubscribeList()).isEmpty();
    }

    @Test
    void aNodeIsAsLargeAsAStockEnvoys() throws IOException {
        byte[] node = new Nodes().node("bench/pod", "svc");

        assertThat(node.length).isBetween(Nodes.BYTES - 500, Nodes.BYTES + 100);
        assertThat(Node.parseFrom(node).getExtensionsCount()).isPositive();
    }

    @Test
    void theFloorTellsAnAckFromASubscription() throws IOException {
        byte[] ack = DeltaRequest.write(new byte[0], new Message(Type.ROUTE, List.of(), "n1"));
        byte[] ask = DeltaRequest.write(new byte[0], new Message(Type.ROUTE, List.of("x"), ""));

        assertThat(DeltaRequest.read(ack, ack.length).onlyAnswers()).isTrue();
        assertThat(DeltaRequest.read(ask, ask.length).onlyAnswers()).isFalse();
        assertThat(DeltaRequest.read(ask, ask.length).type()).isEqualTo(Type.ROUTE);
    }
}
