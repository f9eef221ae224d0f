package io.peakmesh.smi.index;

import static io.peakmesh.smi.index.World.map;
import static io.peakmesh.smi.index.World.meta;
import static io.peakmesh.smi.index.World.node;
import static io.peakmesh.smi.index.World.podOf;
import static io.peakmesh.smi.index.World.ready;
import static io.peakmesh.smi.index.World.service;
import static io.peakmesh.smi.index.World.slice;
import static io.peakmesh.smi.index.World.slicePort;
import static io.peakmesh.smi.index.World.zoned;
import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.model.Mesh;
import io.peakmesh.model.ObjectRef;
import io.peakmesh.smi.object.MeshObject.EndpointSet;
import io.peakmesh.smi.object.MeshObject.EndpointSliceObject;
import io.peakmesh.smi.object.MeshObject.EndpointsObject;
import io.peakmesh.smi.object.MeshObject.NodeObject;
import io.peakmesh.smi.object.MeshObject.PodObject;
import io.peakmesh.smi.object.Meta;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Zones that only a Node's labels say; the pods of {@link World} run on {@code node-1}. */
class NodesTest {
    private static final String ZONE = "topology.kubernetes.io/zone";
    private static final String OLDER = "failure-domain.beta.kubernetes.io/zone";
    private final World world = new World();

    @Test
    void givesAPodBehindNoServiceTheZoneOfItsNode() {
        world.apply(podOf("client", 1, "10.0.0.5"), podOf("client", 2, ""));
        world.apply(node("node-1", ZONE, "eu-west-1a"), node("node-2", ZONE, "eu-west-1b"));
        assertThat(zone("client-1")).isEqualTo("eu-west-1a");
        assertThat(zone("client-2")).isEqualTo("eu-west-1a");
        assertThat(world.problems()).isEmpty();
    }

    @Test
    void asksANodeAfterThePodItselfAndBeforeItsEndpoints() {
        world.apply(service("cart", 80), podOf("cart", 1, "10.0.0.1"));
        world.apply(slice("s", "cart", slicePort("", 80), zoned("10.0.0.1", "cart-1", "z0")));
        assertThat(zone("cart-1")).isEqualTo("z0");
        world.apply(node("node-1", ZONE, "z1"));
        assertThat(zone("cart-1")).isEqualTo("z1");
        world.apply(podOf("cart", 1, "10.0.0.1", ZONE, "z2"));
        assertThat(zone("cart-1")).isEqualTo("z2");
        world.apply(labelled("z3", ZONE, "z2"));
        assertThat(zone("cart-1")).isEqualTo("z3");
        assertThat(endpointZone()).isEqualTo("z0");
        world.apply(podOf("cart", 1, "10.0.0.1"));
        assertThat(zone("cart-1")).isEqualTo("z1");
    }

    @Test
    void followsANodeThatAppearsChangesAndGoes() {
        world.apply(service("cart", 80), podOf("cart", 1, "10.0.0.1"));
        assertThat(zone("cart-1") + endpointZone()).isEmpty();
        world.apply(node("node-1", ZONE, "z1"));
        assertThat(zone("cart-1")).isEqualTo(endpointZone()).isEqualTo("z1");
        world.apply(node("node-1", ZONE, "z2"));
        assertThat(zone("cart-1")).isEqualTo(endpointZone()).isEqualTo("z2");
        world.apply(node("node-1"));
        assertThat(zone("cart-1") + endpointZone()).isEmpty();
        world.apply(node("node-1", ZONE, "z3"));
        assertThat(zone("cart-1")).isEqualTo(endpointZone()).isEqualTo("z3");
        world.delete(node("node-1"));
        assertThat(zone("cart-1") + endpointZone()).isEmpty();
    }

    @Test
    void followsTheNodeOfAnEndpointThatHasNoPod() {
        world.apply(service("cart", 80), sliceOn("n7", "", ""));
        world.apply(node("n7", ZONE, "z1"));
        assertThat(endpointZone()).isEqualTo("z1");
        world.apply(node("n7", ZONE, "z2"));
        assertThat(endpointZone()).isEqualTo("z2");
        world.delete(node("n7"));
        assertThat(endpointZone()).isEmpty();
    }

    @Test
    void readsTheOlderLabelWhereTheNewerOneSaysNothing() {
        world.apply(podOf("cart", 1, "10.0.0.1"));
        world.apply(node("node-1", OLDER, "z1"));
        assertThat(zone("cart-1")).isEqualTo("z1");
        world.apply(node("node-1", OLDER, "z1", ZONE, "z2"));
        assertThat(zone("cart-1")).isEqualTo("z2");
        world.apply(node("node-1", OLDER, "z1", ZONE, ""));
        assertThat(zone("cart-1")).isEqualTo("z1");
    }

    @Test
    void givesAnEndpointWithoutAZoneThatOfTheNodeItNames() {
        world.apply(service("cart", 80), node("n7", ZONE, "z7"), node("node-1", ZONE, "z1"));
        world.apply(sliceOn("n7", "", ""));
        assertThat(endpointZone()).isEqualTo("z7");
        world.apply(podOf("cart", 1, "10.0.0.1"), sliceOn("n7", "", "cart-1"));
        assertThat(endpointZone()).as("the slice's node before the pod's").isEqualTo("z7");
        assertThat(zone("cart-1")).isEqualTo("z1");
        world.apply(sliceOn("", "", "cart-1"));
        assertThat(endpointZone()).isEqualTo("z1");
        world.apply(sliceOn("n7", "z9", "cart-1"));
        assertThat(endpointZone()).isEqualTo("z9");
        world.apply(sliceOn("n7", "", "cart-1"), podOf("cart", 1, "10.0.0.1", ZONE, "z2"));
        assertThat(endpointZone()).as("what the pod says before any node").isEqualTo("z2");
    }

    @Test
    void takesTheZoneOfAPodWithoutANodeFromTheNodeOfItsEndpoint() {
        world.apply(service("cart", 80), sliceOn("n7", "", "cart-1"), node("n7", ZONE, "z7"));
        PodObject pod = podOf("cart", 1, "10.0.0.1");
        world.apply(pod(pod.meta(), ""));
        assertThat(zone("cart-1")).isEqualTo("z7");
    }

    @Test
    void givesTheEndpointsOfAnEndpointsObjectTheZonesOfTheirNodes() {
        EndpointSet set =
                new EndpointSet(
                        List.of(slicePort("", 80)),
                        List.of(onNode("n7", "", ""), ready("10.0.0.2", "cart-1")));
        world.apply(service("cart", 80), podOf("cart", 1, "10.0.0.2"));
        world.apply(new EndpointsObject(meta("Endpoints", "cart", Map.of()), List.of(set)));
        world.apply(node("n7", ZONE, "z7"), node("node-1", ZONE, "z1"));
        assertThat(world.endpoints("cart", 80)).extracting("zone").containsExactly("z7", "z1");
    }

    @Test
    void forgetsTheNodeThatAPodOrSliceNamedBefore() {
        world.apply(service("cart", 80), sliceOn("n7", "", ""), podOf("web", 1, "10.0.0.3"));
        world.apply(node("n7", ZONE, "z7"), node("node-1", ZONE, "z1"));
        world.apply(sliceOn("n8", "", ""), pod(podOf("web", 1, "").meta(), "n8"));
        assertThat(endpointZone() + zone("web-1")).isEmpty();
        Mesh before = world.mesh();
        assertThat(world.apply(node("n7", ZONE, "z6"), node("node-1", ZONE, "z6")))
                .isSameAs(before);
        world.apply(node("n8", ZONE, "z8"));
        assertThat(endpointZone()).isEqualTo(zone("web-1")).isEqualTo("z8");
    }

    @ParameterizedTest
    @ValueSource(strings = {ZONE, OLDER})
    void keepsTheLastGoodZoneWhenTheLabelCannotBeRead(String label) {
        world.apply(service("cart", 80), podOf("cart", 1, "10.0.0.1"), node("node-1", label, "z1"));
        String[] bad = {"two words", "-z", "z_", "z/1", "z".repeat(64), "zöne"};
        for (String zone : bad) {
            world.apply(node("node-1", label, zone));
            assertThat(zone("cart-1")).isEqualTo(endpointZone()).isEqualTo("z1");
            assertThat(world.problems())
                    .singleElement()
                    .asString()
                    .startsWith("ERROR Node node-1: metadata.labels[" + label + "]: must be let");
        }
        world.apply(node("node-1", label, "two words"));
        assertThat(world.problems())
                .containsExactly(
                        "ERROR Node node-1: metadata.labels["
                                + label
                                + "]: must be letters, digits, '-', '_' and '.', at most 63, a"
                                + " letter or digit at both ends, is 'two words'");
        world.delete(node("node-1"));
        assertThat(zone("cart-1") + endpointZone()).isEmpty();
        assertThat(world.problems()).isEmpty();
        world.apply(node("node-1", label, "two words"));
        assertThat(zone("cart-1")).as("nothing of the node before it").isEmpty();
    }

    @Test
    void takesAnyNameThatIsALabelsValue() {
        world.apply(podOf("cart", 1, "10.0.0.1"));
        for (String zone : List.of("1", "z".repeat(63), "Zone_1.a-B")) {
            world.apply(node("node-1", ZONE, zone));
            assertThat(zone("cart-1")).isEqualTo(zone);
        }
        assertThat(world.problems()).isEmpty();
    }

    @Test
    void keepsNothingOfANodeButItsNameAndLabels() {
        ObjectRef ref = new ObjectRef("Node", "", "node-1", "nodes.yaml");
        NodeObject node =
                new NodeObject(
                        new Meta(
                                ref,
                                "uid-1",
                                Optional.of(Instant.EPOCH),
                                new TreeMap<>(Map.of(ZONE, "z1")),
                                new TreeMap<>(Map.of(ZONE, "z2"))));
        assertThat(node.meta())
                .isEqualTo(
                        new Meta(
                                ref,
                                "",
                                Optional.empty(),
                                new TreeMap<>(Map.of(ZONE, "z1")),
                                new TreeMap<>()));
        world.apply(podOf("cart", 1, "10.0.0.1"), node);
        Mesh before = world.mesh();
        assertThat(zone("cart-1")).isEqualTo("z1");
        assertThat(world.apply(node("node-1", ZONE, "z1", "kubernetes.io/os", "linux")))
                .isSameAs(before);
    }

    private String zone(String pod) {
        return world.workload(pod).zone();
    }

    private String endpointZone() {
        return world.endpoints("cart", 80).getFirst().zone();
    }

    private static EndpointSliceObject sliceOn(String node, String zone, String pod) {
        return slice("s", "cart", slicePort("", 80), onNode(node, zone, pod));
    }

    private static EndpointSet.Address onNode(String node, String zone, String pod) {
        EndpointSet.Address address = zoned("10.0.0.1", pod, zone);
        return new EndpointSet.Address(
                address.ips(), true, true, false, address.pod(), node, zone, List.of());
    }

    private static PodObject labelled(String zone, String... annotations) {
        return pod(
                meta("Pod", "cart-1", map("app", "cart", ZONE, zone), map(annotations)), "node-1");
    }

    private static PodObject pod(Meta meta, String node) {
        return new PodObject(
                meta, "cart", node, List.of("10.0.0.1"), false, true, false, false, List.of());
    }
}
