package io.peakmesh.benchmarks.fanout;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import java.io.IOException;
import java.util.List;

/** Responses as a control plane would send them, made with Envoy's own messages. */
final class Answers {
    private Answers() {}

    static byte[] of(Type type, String nonce, String version, List<String> names) {
        DeltaDiscoveryResponse.Builder response =
                DeltaDiscoveryResponse.newBuilder()
                        .setSystemVersionInfo("ignored")
                        .setTypeUrl(type.url())
                        .setNonce(nonce);
        for (String name : names) {
            response.addResources(
                    Resource.newBuilder()
                            .setName(name)
                            .setVersion(version)
                            .addAliases("alias-of-" + name)
                            .setResource(
                                    Any.newBuilder()
                                            .setTypeUrl(type.url())
                                            .setValue(ByteString.copyFromUtf8("body of " + name))));
        }
        return response.build().toByteArray();
    }

    static byte[] removal(Type type, String name) {
        return DeltaDiscoveryResponse.newBuilder()
                .setTypeUrl(type.url())
                .setNonce("n")
                .addRemovedResources(name)
                .build()
                .toByteArray();
    }

    static DeltaResponse read(byte[] message) throws IOException {
        return DeltaResponse.read(message, message.length);
    }

    /** A recording of a sidecar's whole first conversation and of two changes. */
    static Recording recording(Uses uses) throws IOException {
        Recording recording = new Recording();
        answer(recording, Type.CLUSTER, List.of("passthrough"));
        answer(recording, Type.LISTENER, List.of("inbound", "outbound"));
        answer(recording, Type.ROUTE, List.of("outbound"));
        answer(recording, Type.SECRET, List.of("id"), List.of("roots"));
        answer(recording, Type.VIRTUAL_HOST, List.of("outbound/reserved"));
        answer(recording, Type.VIRTUAL_HOST, uses.virtualHosts());
        answer(recording, Type.CLUSTER, uses.clusters());
        answer(recording, Type.ENDPOINT, uses.clusters());
        List<String> first = List.of(uses.clusters().getFirst());
        recording.pushed(of(Type.ENDPOINT, "p1", "v-out", first));
        recording.pushed(of(Type.ENDPOINT, "p2", "v", first));
        return recording;
    }

    @SafeVarargs
    private static void answer(Recording recording, Type type, List<String>... responses)
            throws IOException {
        recording.asked(type);
        for (List<String> names : responses) {
            byte[] message = of(type, "n", "v", names);
            recording.answered(read(message), message);
        }
    }
}
