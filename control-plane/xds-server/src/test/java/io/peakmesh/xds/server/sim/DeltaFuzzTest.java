package io.peakmesh.xds.server.sim;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.grpc.StatusRuntimeException;
import io.peakmesh.model.Mesh;
import io.peakmesh.model.ServiceAccountName;
import io.peakmesh.model.WorkloadName;
import io.peakmesh.xds.server.Meshes;
import io.peakmesh.xds.server.delta.Effect;
import io.peakmesh.xds.server.delta.Event;
import io.peakmesh.xds.server.delta.Limits;
import io.peakmesh.xds.server.delta.Proxies;
import io.peakmesh.xds.server.delta.Request;
import io.peakmesh.xds.server.delta.Response;
import io.peakmesh.xds.server.grpc.RequestMarshaller;
import io.peakmesh.xds.server.peer.Peer;
import io.peakmesh.xds.server.snapshot.ResourceGraph;
import io.peakmesh.xds.translator.XdsType;
import java.io.ByteArrayInputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Whatever a client sends: no exception, never two responses of one type at once, no name twice in
 * one, nothing beyond the limits. In the ordinary build only the recorded inputs are replayed; with
 * {@code JAZZER_FUZZ=1} new ones are looked for with coverage guidance.
 */
class DeltaFuzzTest {
    private static final Limits LIMITS = Limits.byDefault();

    @FuzzTest(maxDuration = "2m")
    void bearsAnySequenceOfRequests(FuzzedDataProvider data) {
        Meshes meshes = new Meshes().workload("ns/p", "u", 1).service("ns/a", 1).service("ns/b", 7);
        Mesh mesh = meshes.next();
        ResourceGraph graph =
                new ResourceGraph(
                        new SimTranslator(), Mesh.empty(mesh.settings()), (what, e) -> {});
        Proxies proxies = new Proxies(graph, LIMITS);
        Instant now = Instant.EPOCH;
        proxies.publish(mesh, now);
        Peer peer = new Peer(new WorkloadName("ns", "p"), "u", new ServiceAccountName("ns", "d"));
        proxies.open(1, peer, now);
        Map<XdsType, String> outstanding = new EnumMap<>(XdsType.class);
        while (data.remainingBytes() > 0) {
            now = now.plusMillis(data.consumeInt(0, 2_000));
            if (data.consumeInt(0, 9) == 0) {
                meshes.service("ns/a", data.consumeInt(1, 12));
                meshes.workload("ns/p", "u", 1, data.consumeString(2));
                check(proxies.publish(meshes.next(), now), outstanding);
                continue;
            }
            Request request = request(data, outstanding);
            XdsType.ofUrl(request.typeUrl())
                    .ifPresent(type -> outstanding.remove(type, request.nonce()));
            check(proxies.step(1, new Event.Asked(request), now), outstanding);
        }
        proxies.closed(1, now);
        if (graph.size() != 0) {
            throw new AssertionError("resources stay after their last stream: " + graph.size());
        }
    }

    private static Request request(FuzzedDataProvider data, Map<XdsType, String> outstanding) {
        XdsType type = data.pickValue(XdsType.values());
        String nonce =
                data.consumeBoolean() ? outstanding.getOrDefault(type, "") : data.consumeString(3);
        return new Request(
                Optional.of(node(data)),
                data.consumeInt(0, 30) == 0 ? data.consumeString(20) : type.url(),
                names(data),
                names(data),
                versions(data),
                nonce,
                error(data));
    }

    private static Request.Node node(FuzzedDataProvider data) {
        String module = data.consumeBoolean() ? "v1" : data.consumeString(3);
        String build = data.consumeBoolean() ? "1.40.0" : data.consumeString(8);
        String zone = data.consumeString(3);
        return new Request.Node("ns/p", "", zone, build, module, data.consumeString(4));
    }

    private static Optional<String> error(FuzzedDataProvider data) {
        return switch (data.consumeInt(0, 3)) {
            case 0 -> Optional.of(data.consumeString(12));
            case 1 -> Optional.of("ns/a: Failed to load dynamic module: x");
            default -> Optional.empty();
        };
    }

    private static List<String> names(FuzzedDataProvider data) {
        List<String> names = new ArrayList<>();
        int count = data.consumeInt(0, 3);
        for (int i = 0; i < count; i++) {
            names.add(
                    switch (data.consumeInt(0, 6)) {
                        case 0 -> "*";
                        case 1 -> "ns/a";
                        case 2 -> "outbound/a";
                        case 3 -> "outbound";
                        case 4 -> "ns/b";
                        case 5 -> SimTranslator.STAND_IN;
                        default -> data.consumeString(8);
                    });
        }
        return names;
    }

    private static Map<String, String> versions(FuzzedDataProvider data) {
        Map<String, String> versions = new java.util.TreeMap<>();
        names(data).forEach(name -> versions.put(name, data.consumeBoolean() ? "absent" : "v"));
        return versions;
    }

    private static void check(List<Proxies.Out> outs, Map<XdsType, String> outstanding) {
        for (Proxies.Out out : outs) {
            if (out.effect() instanceof Effect.Send(Response response)) {
                if (outstanding.put(response.type(), response.nonce()) != null) {
                    throw new AssertionError("two responses at once: " + response);
                }
                Set<String> names = new HashSet<>(response.removed());
                response.resources()
                        .forEach(item -> {
                            if (!names.add(item.resource().name())) {
                                throw new AssertionError("a name twice: " + response);
                            }
                        });
            }
        }
    }

    @FuzzTest(maxDuration = "1m")
    void readsAnyBytesAsARequestOrRefusesThem(byte[] bytes) {
        try {
            Request read = new RequestMarshaller().parse(new ByteArrayInputStream(bytes));
            if (read.node().filter(DeltaFuzzTest::tooLong).isPresent()) {
                throw new AssertionError("more of the node is kept than promised: " + read);
            }
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getDescription() == null) {
                throw e;
            }
        }
    }

    private static boolean tooLong(Request.Node node) {
        return node.id().length() > 512
                || node.zone().length() > 512
                || node.module().length() > 512
                || node.moduleNote().length() > 512;
    }
}
