package io.peakmesh.xds.translator.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.model.Balancing;
import io.peakmesh.model.Endpoint;
import io.peakmesh.model.Mesh;
import io.peakmesh.model.ProxyMode;
import io.peakmesh.model.Service;
import io.peakmesh.model.ServiceName;
import io.peakmesh.model.Settings;
import io.peakmesh.xds.translator.MeshView;
import io.peakmesh.xds.translator.Scope;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ZonePreferenceTest {
    private static final ServiceName SHOP = new ServiceName("shop", "shop");
    private static final Scope IN_A = new Scope.OfZone("a");

    @Test
    void aPreferredEndpointWeighsEightTimesAsMuchAsItWould() {
        List<Endpoint> endpoints = List.of(hinted("a", 1), hinted("b", 1), hinted("a", 5));
        assertThat(weights(IN_A, false, endpoints)).containsExactly(8, 1, 40);
        assertThat(weights(new Scope.OfZone("b"), false, endpoints)).containsExactly(1, 8, 5);
    }

    @Test
    void hintsCountOnlyWhereEveryEndpointHasThem() {
        List<Endpoint> endpoints = List.of(hinted("a", 1), hinted("b", 1), in("a"));
        assertThat(weights(IN_A, false, endpoints)).containsExactly(1, 1, 1);
    }

    @Test
    void withoutHintsTheZoneItselfCountsForAServiceThatPrefersIt() {
        List<Endpoint> endpoints = List.of(in("a"), in("b"), in(""));
        assertThat(weights(IN_A, true, endpoints)).containsExactly(8, 1, 1);
        assertThat(weights(IN_A, false, endpoints)).containsExactly(1, 1, 1);
    }

    @Test
    void aHintOutweighsTheZoneItself() {
        List<Endpoint> endpoints = List.of(hinted("b", 1), hinted("a", 1));
        assertThat(endpoints).allMatch(e -> e.zone().equals("z"));
        assertThat(weights(new Scope.OfZone("z"), true, endpoints)).containsExactly(1, 1);
    }

    @Test
    void wherePreferenceWouldChooseAllOrNoneNothingChanges() {
        assertThat(weights(IN_A, true, List.of(in("a"), in("a")))).containsExactly(1, 1);
        assertThat(weights(IN_A, true, List.of(in("b"), in("c")))).containsExactly(1, 1);
        assertThat(weights(IN_A, true, List.of())).isEmpty();
    }

    @Test
    void callersOfUnknownZoneHaveNoPreference() {
        assertThat(weights(new Scope.Shared(), true, List.of(in("a"), in("b"))))
                .containsExactly(1, 1);
    }

    @Test
    void aHashMeansTheSameEndpointFromEveryZone() {
        for (Balancing.Policy policy : Balancing.Policy.values()) {
            boolean hashes =
                    policy == Balancing.Policy.RING_HASH || policy == Balancing.Policy.MAGLEV;
            assertThat(weights(IN_A, mesh(true, policy), List.of(in("a"), in("b"))))
                    .as(policy.name())
                    .containsExactly(hashes ? 1 : 8, 1);
        }
    }

    private static List<Integer> weights(Scope scope, boolean sameZone, List<Endpoint> endpoints) {
        return weights(scope, mesh(sameZone, Balancing.Policy.PEAK_EWMA), endpoints);
    }

    private static List<Integer> weights(Scope scope, Mesh mesh, List<Endpoint> endpoints) {
        var weights = ZonePreference.of(scope, SHOP, new MeshView(mesh)).weights(SHOP, endpoints);
        return endpoints.stream().map(weights::applyAsInt).toList();
    }

    private static Mesh mesh(boolean sameZone, Balancing.Policy policy) {
        SortedMap<ServiceName, Service> services = new TreeMap<>();
        services.put(
                SHOP,
                new Service(
                        SHOP,
                        List.of(),
                        List.of(),
                        Optional.empty(),
                        Balancing.of(policy),
                        sameZone));
        Mesh none = Mesh.empty(Settings.byDefault());
        return new Mesh(
                1,
                none.settings(),
                none.namespaces(),
                services,
                none.endpoints(),
                none.workloads(),
                none.splits(),
                none.targets(),
                none.addresses(),
                List.of());
    }

    private static Endpoint in(String zone) {
        return endpoint(zone, 1, List.of());
    }

    private static Endpoint hinted(String forZone, int weight) {
        return endpoint("z", weight, List.of(forZone));
    }

    private static Endpoint endpoint(String zone, int weight, List<String> forZones) {
        return new Endpoint(
                "10.0.0.1",
                80,
                Endpoint.Health.READY,
                Optional.empty(),
                Optional.empty(),
                new ProxyMode.Unmeshed(),
                "",
                zone,
                weight,
                forZones);
    }
}
