package io.peakmesh.kube.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.kube.reader.ObjectReader;
import io.peakmesh.smi.object.MeshObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a decoder reads must be in its kind's shape: these objects say something everywhere. */
class WatchedKindTest {
    @Test
    void aServiceLosesNothingByItsShape() throws IOException {
        assertLosesNothing(
                "Service",
                """
                {"apiVersion":"v1","kind":"Service","metadata":%s,"spec":{"type":"ClusterIP",
                 "clusterIP":"10.96.9.96","clusterIPs":["10.96.9.96","fd00:96::4e64"],
                 "internalTrafficPolicy":"Cluster","ipFamilies":["IPv4","IPv6"],
                 "ports":[{"name":"http","port":80,"targetPort":"web-http","protocol":"TCP",
                   "appProtocol":"http","nodePort":30080},{"name":"n","port":81,"targetPort":8081}],
                 "selector":{"app":"web"},"publishNotReadyAddresses":true,
                 "sessionAffinity":"ClientIP",
                 "sessionAffinityConfig":{"clientIP":{"timeoutSeconds":77}},
                 "trafficDistribution":"PreferClose"},"status":{"loadBalancer":{}}}\
                """);
        assertLosesNothing(
                "Service",
                """
                {"apiVersion":"v1","kind":"Service","metadata":%s,
                 "spec":{"type":"ExternalName","externalName":"example.com"}}\
                """);
    }

    @Test
    void aPodLosesNothingByItsShape() throws IOException {
        assertLosesNothing(
                "Pod",
                """
                {"apiVersion":"v1","kind":"Pod","metadata":%s,"spec":{"nodeName":"n",
                 "serviceAccountName":"web","serviceAccount":"web","hostNetwork":true,
                 "containers":[{"name":"c","image":"i","ports":[{"name":"http",
                   "containerPort":8080,"hostPort":8080,"protocol":"UDP"}]}],
                 "initContainers":[{"name":"i","ports":[{"containerPort":1}]},{"name":"s",
                   "restartPolicy":"Always","ports":[{"name":"mesh","containerPort":15001}]}]},
                 "status":{"phase":"Failed","podIP":"10.1.0.1",
                  "podIPs":[{"ip":"10.1.0.1"},{"ip":"fd00:1::1"}],
                  "conditions":[{"type":"Ready","status":"True","reason":"r"}]}}\
                """);
    }

    @Test
    void anEndpointSliceLosesNothingByItsShape() throws IOException {
        assertLosesNothing(
                "EndpointSlice",
                """
                {"apiVersion":"discovery.k8s.io/v1","kind":"EndpointSlice","metadata":%s,
                 "addressType":"IPv4","ports":[{"name":"http","port":8080,"protocol":"UDP",
                  "appProtocol":"http"},{"name":"all"}],
                 "endpoints":[{"addresses":["10.1.0.1"],"hostname":"web-0","nodeName":"n",
                  "zone":"z1","conditions":{"ready":false,"serving":true,"terminating":true},
                  "targetRef":{"kind":"Pod","namespace":"shop","name":"web-1","uid":"u-1"},
                  "hints":{"forZones":[{"name":"z1"}],"forNodes":[{"name":"n"}]}}]}\
                """);
    }

    @Test
    void aNamespaceAndANodeLoseNothingByTheirShape() throws IOException {
        for (String kind : new String[] {"Namespace", "Node"}) {
            assertLosesNothing(
                    kind,
                    "{\"apiVersion\":\"v1\",\"kind\":\"" + kind + "\",\"metadata\":%s}",
                    "{\"name\":\"x\",\"uid\":\"u\",\"labels\":{\"topology.kubernetes.io/zone\":"
                            + "\"z\"},\"annotations\":{\"peakmesh.io/access\":\"open\"}}");
        }
    }

    private static void assertLosesNothing(String kind, String json) throws IOException {
        assertLosesNothing(
                kind,
                json,
                """
                {"name":"x","namespace":"shop","uid":"u-1","resourceVersion":"7",
                 "deletionTimestamp":"2026-01-31T12:00:00Z",
                 "labels":{"app":"web","kubernetes.io/service-name":"web"},
                 "annotations":{"config.peakmesh.io/opaque-ports":"25",
                   "topology.kubernetes.io/zone":"z"}}\
                """);
    }

    private static void assertLosesNothing(String kind, String json, String metadata)
            throws IOException {
        String whole = json.formatted(metadata);
        MeshObject expected = decoded(read(whole, Shape.WHOLE));
        Map<String, @Nullable Object> reduced = read(whole, Objects.kind(kind).shape());
        reduced.put("kind", kind);
        reduced.put("apiVersion", Objects.kind(kind).apiVersion());
        assertThat(decoded(reduced)).isEqualTo(expected);
    }

    private static MeshObject decoded(Map<String, @Nullable Object> tree) {
        ObjectReader.Decoded decoded = ObjectReader.read(tree);
        assertThat(decoded.problems()).isEmpty();
        return decoded.object().orElseThrow();
    }

    private static Map<String, @Nullable Object> read(String json, Shape shape) throws IOException {
        try (TreeReader reader = TreeReader.of(json.getBytes(StandardCharsets.UTF_8))) {
            reader.next();
            return reader.tree(shape);
        }
    }
}
