package io.peakmesh.smi.index;

import static io.peakmesh.smi.index.World.map;
import static io.peakmesh.smi.index.World.meta;
import static io.peakmesh.smi.index.World.podOf;
import static io.peakmesh.smi.index.World.service;
import static io.peakmesh.smi.index.World.slice;
import static io.peakmesh.smi.index.World.slicePort;
import static io.peakmesh.smi.index.World.zoned;
import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.model.Endpoint;
import io.peakmesh.smi.object.MeshObject.EndpointSet;
import io.peakmesh.smi.object.MeshObject.EndpointSliceObject;
import io.peakmesh.smi.object.MeshObject.PodObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where endpoints and workloads run, and which of them are near to whom. */
class ZonesTest {
    private static final String ZONE = "topology.kubernetes.io/zone";
    private final World world = new World();

    @Test
    void takesAnEndpointsZoneFromItsSliceThenFromItsPod() {
        world.apply(service("cart", 80), labelled("z2"));
        world.apply(slice("s", "cart", slicePort("", 80), zoned("10.0.0.1", "cart-1", "z1")));
        assertThat(endpoint().zone()).isEqualTo("z1");
        world.apply(slice("s", "cart", slicePort("", 80), zoned("10.0.0.1", "cart-1", "")));
        assertThat(endpoint().zone()).isEqualTo("z2");
    }

    @Test
    void takesAWorkloadsZoneFromItsLabelThenItsAnnotationThenItsEndpoints() {
        world.apply(service("cart", 80));
        world.apply(slice("s", "cart", slicePort("", 80), zoned("10.0.0.1", "cart-1", "z1")));
        world.apply(podOf("cart", 1, "10.0.0.1"));
        assertThat(world.workload("cart-1").zone()).isEqualTo("z1");
        world.apply(podOf("cart", 1, "10.0.0.1", ZONE, "z3"));
        assertThat(world.workload("cart-1").zone()).isEqualTo("z3");
        world.apply(labelled("z2", ZONE, "z3"));
        assertThat(world.workload("cart-1").zone()).isEqualTo("z2");
        assertThat(world.problems()).isEmpty();
    }

    @Test
    void knowsTheZoneOfAPodThatStandsBehindNoService() {
        world.apply(podOf("client", 1, "10.0.0.5", ZONE, "eu-west-1a"));
        assertThat(world.workload("client-1").zone()).isEqualTo("eu-west-1a");
    }

    @Test
    void keepsThePodsZoneWhenTheNewOneCannotBeRead() {
        world.apply(podOf("cart", 1, "10.0.0.1", ZONE, "z1"));
        world.apply(podOf("cart", 1, "10.0.0.1", ZONE, "two words"));
        assertThat(world.workload("cart-1").zone()).isEqualTo("z1");
        String rule =
                "must be letters, digits, '-', '_' and '.', at most 63, a letter or digit at both"
                        + " ends, is 'two words'";
        assertThat(world.problems())
                .containsExactly(
                        "ERROR Pod shop/cart-1: metadata.annotations[" + ZONE + "]: " + rule);
        world.apply(labelled("two words"));
        assertThat(world.problems())
                .containsExactly("ERROR Pod shop/cart-1: metadata.labels[" + ZONE + "]: " + rule);
        world.apply(podOf("cart", 1, "10.0.0.1"));
        assertThat(world.workload("cart-1").zone()).isEmpty();
    }

    @Test
    void carriesTheHintsOfASliceToEveryPortOfItsEndpoint() {
        world.apply(service("cart", 80));
        world.apply(
                slice(
                        "s",
                        "cart",
                        slicePort("", 8080),
                        zoned("10.0.0.1", "", "z1", "z2", "z1", "z2"),
                        zoned("10.0.0.2", "", "z1")));
        assertThat(world.endpoints("cart", 80))
                .extracting(Endpoint::forZones)
                .containsExactly(List.of("z1", "z2"), List.of());
    }

    @Test
    void hasNoHintsWhereNoControllerWritesSlices() {
        world.apply(service("cart", 80), labelled("z2"));
        assertThat(endpoint().zone()).isEqualTo("z2");
        assertThat(endpoint().forZones()).isEmpty();
    }

    @Test
    void choosesTheSameHintsOfAnAddressInTwoSlicesWhicheverComesFirst() {
        EndpointSet.Address[] all = {
            zoned("10.0.0.1", "", "z1", "z3"),
            zoned("10.0.0.1", "", "z1"),
            zoned("10.0.0.1", "", "z1", "z1", "z2"),
        };
        for (EndpointSet.Address one : all) {
            for (EndpointSet.Address other : all) {
                List<String> hints = hints(one, other);
                assertThat(hints).isEqualTo(hints(other, one));
                assertThat(hints.isEmpty())
                        .as("hints are better than none")
                        .isEqualTo(one.forZones().isEmpty() && other.forZones().isEmpty());
            }
        }
        assertThat(hints(all[0], all[2])).containsExactly("z1", "z2");
    }

    private static List<String> hints(EndpointSet.Address first, EndpointSet.Address second) {
        World world = new World();
        EndpointSliceObject a = slice("a", "cart", slicePort("", 80), first);
        EndpointSliceObject b = slice("b", "cart", slicePort("", 80), second);
        world.apply(service("cart", 80), a, b);
        return world.endpoints("cart", 80).getFirst().forZones();
    }

    @ParameterizedTest
    @ValueSource(strings = {"PreferClose", "PreferSameZone", "PreferSameNode"})
    void prefersTheCallersZoneWhereTheServiceSaysSo(String distribution) {
        world.apply(World.withDistribution(service("cart", 80), distribution));
        assertThat(world.model("cart").preferSameZone()).isTrue();
        assertThat(world.problems()).isEmpty();
        world.apply(service("cart", 80));
        assertThat(world.model("cart").preferSameZone()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"preferclose", "Local", "' '"})
    void remarksOnATrafficDistributionThatItDoesNotKnow(String distribution) {
        world.apply(World.withDistribution(service("cart", 80), "PreferSameZone"));
        world.apply(World.withDistribution(service("cart", 80), distribution));
        assertThat(world.model("cart").preferSameZone()).isFalse();
        assertThat(world.problems())
                .containsExactly(
                        "WARNING Service shop/cart: spec.trafficDistribution: must be"
                                + " PreferSameZone, PreferSameNode or PreferClose, is '"
                                + distribution
                                + "': until then no zone is preferred");
    }

    @Test
    void leavesTopologyModeToTheControllerThatWritesHints() {
        Map<String, String> auto = Map.of("service.kubernetes.io/topology-mode", "Auto");
        world.apply(service("cart", auto, World.port("", 80, "")));
        assertThat(world.model("cart").preferSameZone()).isFalse();
        assertThat(world.problems()).isEmpty();
    }

    private Endpoint endpoint() {
        return world.endpoints("cart", 80).getFirst();
    }

    private static PodObject labelled(String zone, String... annotations) {
        PodObject pod = podOf("cart", 1, "10.0.0.1");
        return new PodObject(
                meta("Pod", "cart-1", map("app", "cart", ZONE, zone), map(annotations)),
                pod.serviceAccount(),
                pod.node(),
                pod.ips(),
                false,
                true,
                false,
                false,
                List.of());
    }
}
