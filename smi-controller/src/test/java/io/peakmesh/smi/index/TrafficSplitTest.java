package io.peakmesh.smi.index;

import static io.peakmesh.smi.index.World.backend;
import static io.peakmesh.smi.index.World.group;
import static io.peakmesh.smi.index.World.port;
import static io.peakmesh.smi.index.World.service;
import static io.peakmesh.smi.index.World.smi;
import static io.peakmesh.smi.index.World.split;
import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.smi.object.MeshObject.SmiObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrafficSplitTest {
    private final World world = new World();

    @BeforeEach
    void someServices() {
        world.apply(service("cart", 80), service("v1", 80), service("v2", 80));
    }

    private static SmiObject version(String version, Object first, Object second) {
        return smi(
                "TrafficSplit",
                "s",
                version,
                Map.of(
                        "spec",
                        Map.of(
                                "service",
                                "cart",
                                "backends",
                                List.of(backend("v1", first), backend("v2", second)))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1alpha1", "v1alpha2", "v1alpha3", "v1alpha4"})
    void readsWholeWeightsInEveryVersion(String version) {
        world.apply(version(version, 90, "10"));
        assertThat(world.splitOf("cart")).containsExactly("s v1=90 v2=10");
        assertThat(world.problems()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "1, 500m, s v1=10 v2=5", "900m, 100m, s v1=9 v2=1", "0.25, 0.5, s v1=25 v2=50",
        "1000m, 2, s v1=1 v2=2", "1.0, 1m, s v1=1000 v2=1", "0, 10m, s v1=0 v2=1"
    })
    void keepsTheRatioOfQuantities(String first, String second, String expected) {
        world.apply(version("v1alpha1", first, second));
        assertThat(world.problems()).isEmpty();
        assertThat(world.splitOf("cart")).containsExactly(expected);
    }

    @Test
    void readsQuantitiesThatAReaderMadeNumbers() {
        world.apply(version("v1alpha1", 0.5, 1.0));
        assertThat(world.splitOf("cart")).containsExactly("s v1=5 v2=10");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "0.5", "500m", "1000001", "1e3", "many", "99999999999999999999"})
    void refusesAWeightThatIsNoWholeNumberInRange(String weight) {
        world.apply(version("v1alpha4", 1, weight));
        assertThat(world.splitOf("cart")).isEmpty();
        assertThat(world.problems())
                .containsExactly(
                        "ERROR TrafficSplit shop/s: spec.backends[1].weight: must be a whole number"
                                + " from 0 to 1000000, is '"
                                + weight
                                + "'");
        world.apply(version("v1alpha4", -1, 0.5));
        assertThat(world.problems()).hasSize(2);
    }

    @Test
    void refusesQuantitiesThatDifferTooMuch() {
        world.apply(version("v1alpha1", "1000000", "1m"));
        assertThat(world.problems()).singleElement().asString().contains("differ too much");
        world.apply(version("v1alpha1", "1n", "1"));
        assertThat(world.problems()).singleElement().asString().contains("such as 1, 0.5 or 500m");
    }

    @Test
    void refusesWeightsThatAreMissingOrOfAWrongKind() {
        world.apply(split("s", "cart", Map.of("service", "v1"), backend("v2", true)));
        assertThat(world.problems())
                .containsExactly(
                        "ERROR TrafficSplit shop/s: spec.backends[0].weight: is missing: add a"
                                + " whole number, 0 for no traffic",
                        "ERROR TrafficSplit shop/s: spec.backends[1].weight: must be a whole number from 0 to 1000000, is true");
    }

    @Test
    void refusesABackendThatIsListedTwiceOrOfAnotherNamespace() {
        world.apply(split("s", "cart", backend("v1", 1), backend("v1.shop", 1), backend("a.b", 1)));
        assertThat(world.problems())
                .containsExactly(
                        "ERROR TrafficSplit shop/s: spec.backends[1].service: is listed before:"
                                + " keep one, with the sum of both weights",
                        "ERROR TrafficSplit shop/s: spec.backends[2].service: is of the namespace"
                                + " 'b', but a TrafficSplit divides services of its own: use one of"
                                + " shop");
    }

    @Test
    void keepsTheLastGoodVersionInForce() {
        world.apply(split("s", "cart", backend("v1", 9), backend("v2", 1)));
        world.apply(split("s", "cart", backend("v1", 9), backend("v2", -1)));
        assertThat(world.splitOf("cart")).containsExactly("s v1=9 v2=1");
        assertThat(world.problems()).hasSize(1);
        world.apply(split("s", "cart", backend("v2", 1)));
        assertThat(world.splitOf("cart")).containsExactly("s v2=1");
        assertThat(world.problems()).isEmpty();
    }

    @Test
    void leavesTheOldRootWhenTheServiceChanges() {
        world.apply(split("s", "cart", backend("v1", 1)));
        world.apply(split("s", "v2", backend("v1", 1)));
        assertThat(world.splitOf("cart")).isEmpty();
        assertThat(world.splitOf("v2")).containsExactly("s v1=1");
        world.delete(split("s", "v2"));
        assertThat(world.mesh().splits()).isEmpty();
    }

    @Test
    void waitsForTheRootService() {
        world.apply(split("s", "gone", backend("v1", 1)));
        assertThat(world.mesh().splits()).isEmpty();
        assertThat(world.problems())
                .containsExactly(
                        "WARNING TrafficSplit shop/s: spec.service: Service shop/gone does not"
                                + " exist, so nothing is divided: create it");
        world.apply(service("gone", 80));
        assertThat(world.splitOf("gone")).containsExactly("s v1=1");
    }

    @Test
    void keepsABackendThatHasSomeOfTheRootsPorts() {
        world.apply(service("cart", Map.of(), port("a", 80, ""), port("b", 81, "")));
        world.apply(split("s", "cart", backend("v1", 1)));
        assertThat(world.splitOf("cart")).containsExactly("s v1=1");
        assertThat(world.problems()).singleElement().asString().contains("lacks port 81 of");
    }

    @Test
    void dividesNothingWhenAllThatHasAWeightIsMissing() {
        world.apply(split("s", "cart", backend("v1", 0), backend("gone", 1)));
        assertThat(world.mesh().splits()).isEmpty();
        assertThat(world.problems())
                .hasSize(2)
                .anySatisfy(p -> assertThat(p).contains("have no weight left"));
    }

    @Test
    void warnsOfACycleAndAppliesEachSplitOnce() {
        world.apply(split("a", "v1", backend("v2", 1)), split("b", "v2", backend("v1", 1)));
        assertThat(world.splitOf("v1")).containsExactly("a v2=1");
        assertThat(world.splitOf("v2")).containsExactly("b v1=1");
        assertThat(world.problems())
                .hasSize(2)
                .allSatisfy(p -> assertThat(p).contains("has a TrafficSplit of its own"));
        world.delete(split("b", "v2"));
        assertThat(world.problems()).isEmpty();
    }

    @Test
    void neverDividesEveryRequestBecauseAMatchIsMissing() {
        Map<String, Object> spec =
                Map.of(
                        "service", "cart",
                        "matches", List.of(Map.of("kind", "HTTPRouteGroup", "name", "g")),
                        "backends", List.of(backend("v1", 1)));
        world.apply(smi("TrafficSplit", "s", "v1alpha4", Map.of("spec", spec)));
        assertThat(world.mesh().splits()).isEmpty();
        assertThat(world.problems()).hasSize(2);
        world.apply(group("g", Map.of("name", "m")));
        assertThat(world.splits("cart").getFirst().matches()).hasSize(1);
        assertThat(world.problems()).isEmpty();
        world.delete(group("g"));
        assertThat(world.mesh().splits()).isEmpty();
    }

    @Test
    void saysWhatIsMissingInOneLineEach() {
        world.apply(smi("TrafficSplit", "a", "v1alpha4", Map.of()));
        world.apply(smi("TrafficSplit", "b", "v1alpha4", Map.of("spec", List.of())));
        world.apply(split("c", "Not A Name!", backend("v1", 1)));
        world.apply(split("d", "cart"));
        assertThat(world.problems())
                .containsExactly(
                        "ERROR TrafficSplit shop/a: spec: is missing: add it",
                        "ERROR TrafficSplit shop/b: spec: must be an object with fields, is a list"
                                + " of 0",
                        "ERROR TrafficSplit shop/c: spec.service: must be a service such as shop or"
                                + " shop.shop.svc.cluster.local, is 'Not A Name!'",
                        "ERROR TrafficSplit shop/d: spec.backends: must name at least one service:"
                                + " add one with a weight");
    }

    @Test
    void boundsTheBackendsOfASplit() {
        List<Object> many = new ArrayList<>();
        for (int i = 0; i < 1001; i++) {
            many.add(backend("b" + i, 1));
        }
        world.apply(split("s", "cart", many.toArray()));
        assertThat(world.problems())
                .containsExactly(
                        "ERROR TrafficSplit shop/s: spec.backends: has 1001 entries: at most 1000"
                                + " are taken");
    }
}
