package io.peakmesh.smi.index;

import static io.peakmesh.smi.index.World.NS;
import static io.peakmesh.smi.index.World.account;
import static io.peakmesh.smi.index.World.address;
import static io.peakmesh.smi.index.World.meta;
import static io.peakmesh.smi.index.World.pod;
import static io.peakmesh.smi.index.World.podOf;
import static io.peakmesh.smi.index.World.port;
import static io.peakmesh.smi.index.World.ready;
import static io.peakmesh.smi.index.World.service;
import static io.peakmesh.smi.index.World.slice;
import static io.peakmesh.smi.index.World.slicePort;
import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.model.Endpoint;
import io.peakmesh.model.Mesh;
import io.peakmesh.model.ProxyMode;
import io.peakmesh.smi.object.MeshObject;
import io.peakmesh.smi.object.MeshObject.EndpointSet;
import io.peakmesh.smi.object.MeshObject.EndpointSliceObject;
import io.peakmesh.smi.object.MeshObject.EndpointsObject;
import io.peakmesh.smi.object.MeshObject.PodObject;
import io.peakmesh.smi.object.MeshObject.ServiceObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EndpointsTest {
    private final World world = new World();

    @Test
    void joinsTheSlicesOfAServiceAndListsEachAddressOnce() {
        world.apply(service("cart", 80));
        world.apply(
                slice("cart-b", "cart", slicePort("", 8080), ready("10.0.0.2", "")),
                slice(
                        "cart-a",
                        "cart",
                        slicePort("", 8080),
                        address("10.0.0.2", false, false, false, ""),
                        ready("10.0.0.1", "")));
        assertThat(world.spots("cart", 80))
                .containsExactly("10.0.0.1:8080 READY", "10.0.0.2:8080 READY");
        world.delete(slice("cart-b", "cart", slicePort("", 8080)));
        assertThat(world.spots("cart", 80))
                .containsExactly("10.0.0.1:8080 READY", "10.0.0.2:8080 NOT_READY");
    }

    @Test
    void readsConditionsAsHealth() {
        world.apply(service("cart", 80));
        world.apply(
                slice(
                        "s",
                        "cart",
                        slicePort("", 80),
                        address("10.0.0.1", true, true, false, ""),
                        address("10.0.0.2", false, true, true, ""),
                        address("10.0.0.3", false, false, true, ""),
                        address("10.0.0.4", false, true, false, "")));
        assertThat(world.endpoints("cart", 80))
                .extracting(Endpoint::health)
                .containsExactly(
                        Endpoint.Health.READY,
                        Endpoint.Health.DRAINING,
                        Endpoint.Health.NOT_READY,
                        Endpoint.Health.NOT_READY);
    }

    @Test
    void matchesPortsByName() {
        world.apply(service("cart", Map.of(), port("web", 80, ""), port("admin", 81, "")));
        world.apply(slice("s", "cart", slicePort("admin", 9000), ready("10.0.0.1", "")));
        assertThat(world.spots("cart", 81)).containsExactly("10.0.0.1:9000 READY");
        assertThat(world.spots("cart", 80)).isEmpty();
        world.apply(slice("s", "cart", slicePort("wbe", 9000), ready("10.0.0.1", "")));
        assertThat(world.mesh().endpoints()).isEmpty();
        assertThat(world.problems())
                .containsExactly(
                        "WARNING EndpointSlice shop/s: ports: Service shop/cart has no TCP port"
                                + " 'wbe', so this one is not used: give both the same name");
    }

    @Test
    void givesADualStackPodOneAddressInTheFamilyOfTheService() {
        PodObject pod = withIps(podOf("cart", 1, ""), "10.0.0.1", "fd00::1");
        MeshObject four = slice("s4", "cart", slicePort("", 80), ready("10.0.0.1", "cart-1"));
        MeshObject six = slice("s6", "cart", slicePort("", 80), ready("FD00:0::1", "cart-1"));
        world.apply(service("cart", 80), pod, four, six);
        assertThat(world.spots("cart", 80)).containsExactly("10.0.0.1:80 READY");
        world.apply(World.withAddresses(service("cart", 80), "fd00::99", "10.9.9.9"));
        assertThat(world.spots("cart", 80)).containsExactly("fd00::1:80 READY");
    }

    @Test
    void usesTheEndpointsObjectOnlyWhereThereIsNoSlice() {
        EndpointSet set =
                new EndpointSet(List.of(slicePort("", 8080)), List.of(ready("10.0.0.7", "")));
        MeshObject endpoints =
                new EndpointsObject(meta("Endpoints", "cart", Map.of()), List.of(set));
        MeshObject slice = slice("s", "cart", slicePort("", 80), ready("10.0.0.1", ""));
        world.apply(service("cart", 80), podOf("cart", 1, "10.0.0.9"), endpoints);
        assertThat(world.spots("cart", 80)).containsExactly("10.0.0.7:8080 READY");
        world.apply(slice);
        assertThat(world.spots("cart", 80)).containsExactly("10.0.0.1:80 READY");
        world.delete(slice);
        world.delete(endpoints);
        assertThat(world.spots("cart", 80)).containsExactly("10.0.0.9:80 READY");
    }

    @Test
    void derivesEndpointsFromPodsWhereNoControllerDoes() {
        world.apply(service("cart", Map.of(), port("", 80, "8080")));
        world.apply(
                podOf("cart", 1, "10.0.0.1"), podOf("cart", 2, ""), podOf("web", 1, "10.0.0.3"));
        assertThat(world.spots("cart", 80)).containsExactly("10.0.0.1:8080 READY");
        world.apply(podOf("cart", 2, "10.0.0.2"));
        assertThat(world.spots("cart", 80)).hasSize(2);
        world.delete(podOf("cart", 1, ""));
        assertThat(world.spots("cart", 80)).containsExactly("10.0.0.2:8080 READY");
    }

    @Test
    void findsNamedTargetPortsInEachPod() {
        world.apply(service("cart", Map.of(), port("", 80, "web")));
        world.apply(withPort(podOf("cart", 1, "10.0.0.1"), "web", 8081));
        world.apply(withPort(podOf("cart", 2, "10.0.0.2"), "web", 8082));
        assertThat(world.spots("cart", 80))
                .containsExactly("10.0.0.1:8081 READY", "10.0.0.2:8082 READY");
        world.apply(service("cart", Map.of(), port("", 80, "gone")));
        assertThat(world.mesh().endpoints()).isEmpty();
        assertThat(world.problems())
                .containsExactly(
                        "WARNING Service shop/cart: spec.ports[0].targetPort: no container of the"
                                + " pods that it selects has a TCP port named 'gone': name one so,"
                                + " or give a number");
    }

    @Test
    void readsThePodsReadinessWhereItDerivesEndpoints() {
        world.apply(service("cart", 80));
        world.apply(
                withState(podOf("cart", 1, "10.0.0.1"), false, false, false),
                withState(podOf("cart", 2, "10.0.0.2"), true, true, false),
                withState(podOf("cart", 3, "10.0.0.3"), true, false, true));
        assertThat(world.spots("cart", 80))
                .containsExactly("10.0.0.1:80 NOT_READY", "10.0.0.2:80 DRAINING");
        ServiceObject plain = service("cart", 80);
        world.apply(
                new ServiceObject(
                        plain.meta(),
                        "ClusterIP",
                        plain.ports(),
                        List.of(),
                        plain.selector(),
                        "",
                        true,
                        ""));
        assertThat(world.spots("cart", 80))
                .containsExactly("10.0.0.1:80 READY", "10.0.0.2:80 READY");
    }

    @Test
    void namesTheIdentityOnlyOfMeshedPodsThatItKnows() {
        MeshObject slice =
                slice(
                        "s",
                        "cart",
                        slicePort("", 80),
                        ready("10.0.0.1", "cart-1"),
                        ready("10.0.0.2", "cart-2"),
                        ready("10.0.0.3", ""));
        world.apply(service("cart", 80), slice);
        world.apply(podOf("cart", 1, "10.0.0.1", "peakmesh.io/proxy", "redirect"));
        world.apply(podOf("cart", 2, "10.0.0.2"));
        List<Endpoint> all = world.endpoints("cart", 80);
        assertThat(all)
                .extracting(Endpoint::serviceAccount)
                .containsExactly(Optional.of(account("cart")), Optional.empty(), Optional.empty());
        assertThat(all)
                .extracting(Endpoint::workload)
                .containsExactly(
                        Optional.of(pod("cart-1")), Optional.of(pod("cart-2")), Optional.empty());
        assertThat(all.getFirst().proxy()).isEqualTo(new ProxyMode.Redirect());
    }

    @Test
    void findsThePodOfAHandWrittenEndpointByItsAddress() {
        world.apply(service("cart", 80));
        world.apply(slice("s", "cart", slicePort("", 80), ready("10.0.0.1", "")));
        world.apply(podOf("other", 1, "10.0.0.1", "peakmesh.io/proxy", "redirect"));
        assertThat(world.endpoints("cart", 80).getFirst().workload()).contains(pod("other-1"));
        world.apply(podOf("another", 1, "10.0.0.1"));
        assertThat(world.endpoints("cart", 80).getFirst().workload()).isEmpty();
    }

    @Test
    void derivesNothingForAServiceWithoutSelectorOrWithAnExternalName() {
        ServiceObject plain = service("cart", 80);
        world.apply(podOf("cart", 1, "10.0.0.1"));
        world.apply(
                new ServiceObject(
                        plain.meta(),
                        "ClusterIP",
                        plain.ports(),
                        List.of(),
                        new TreeMap<>(),
                        "",
                        false,
                        ""));
        assertThat(world.mesh().endpoints()).isEmpty();
        world.apply(
                new ServiceObject(
                        plain.meta(),
                        "ExternalName",
                        plain.ports(),
                        List.of(),
                        plain.selector(),
                        "example.com",
                        false,
                        ""));
        assertThat(world.model("cart").externalName()).contains("example.com");
        assertThat(world.mesh().endpoints()).isEmpty();
    }

    @Test
    void servesHandWrittenSlicesOfAServiceWithoutSelectorOrClusterAddress() {
        ServiceObject plain = World.withAddresses(service("cart", 80));
        world.apply(
                new ServiceObject(
                        plain.meta(),
                        "ClusterIP",
                        plain.ports(),
                        List.of(),
                        new TreeMap<>(),
                        "",
                        false,
                        ""));
        world.apply(
                slice("a", "cart", slicePort("", 8080), ready("10.0.0.1", "")),
                slice("b", "cart", slicePort("", 8081), ready("fd00::1", "")));
        assertThat(world.model("cart").headless()).isTrue();
        assertThat(world.spots("cart", 80))
                .containsExactly("10.0.0.1:8080 READY", "fd00::1:8081 READY");
        assertThat(world.mesh().addresses()).isEmpty();
        assertThat(world.problems()).isEmpty();
    }

    @Test
    void ownsNoAddressForAPodInItsNodesNetworkThatASliceNames() {
        PodObject pod = podOf("cart", 1, "192.168.0.1");
        world.apply(
                service("cart", 80),
                slice("s", "cart", slicePort("", 80), ready("192.168.0.1", "cart-1")),
                new PodObject(
                        pod.meta(),
                        pod.serviceAccount(),
                        pod.node(),
                        pod.ips(),
                        true,
                        true,
                        false,
                        false,
                        List.of()));
        Endpoint endpoint = world.endpoints("cart", 80).getFirst();
        assertThat(endpoint.workload()).contains(pod("cart-1"));
        assertThat(endpoint.serviceAccount()).isEmpty();
        assertThat(world.mesh().addresses()).isEmpty();
    }

    @Test
    void takesAtMostAThousandAddressesFromOneSlice() {
        world.apply(service("cart", 80));
        EndpointSet.Address[] many =
                IntStream.range(0, 1001)
                        .mapToObj(i -> ready("10.0." + i / 250 + "." + (i % 250 + 1), ""))
                        .toArray(EndpointSet.Address[]::new);
        world.apply(slice("s", "cart", slicePort("", 80), many));
        assertThat(world.endpoints("cart", 80)).hasSize(1000);
        assertThat(world.problems())
                .singleElement()
                .asString()
                .contains("more than 1000 addresses");
    }

    @Test
    void recomputesOnlyWhatAnEventTouches() {
        world.apply(service("cart", 80), service("web", 80));
        world.apply(podOf("cart", 1, "10.0.0.1"), podOf("web", 1, "10.0.0.2"));
        Object web = world.mesh().endpoints().get(World.name("web"));
        Object webPod = world.mesh().workloads().get(pod("web-1"));
        world.apply(podOf("cart", 1, "10.0.0.9"));
        assertThat(world.mesh().endpoints().get(World.name("web"))).isSameAs(web);
        assertThat(world.mesh().workloads().get(pod("web-1"))).isSameAs(webPod);
        assertThat(world.mesh().services()).containsKey(World.name("cart")).hasSize(2);
        assertThat(world.workload("web-1").name().namespace()).isEqualTo(NS);
    }

    private static PodObject withIps(PodObject pod, String... ips) {
        return new PodObject(
                pod.meta(),
                pod.serviceAccount(),
                pod.node(),
                List.of(ips),
                false,
                true,
                false,
                false,
                List.of());
    }

    private static PodObject withPort(PodObject pod, String name, int number) {
        return new PodObject(
                pod.meta(),
                pod.serviceAccount(),
                pod.node(),
                pod.ips(),
                false,
                true,
                false,
                false,
                List.of(new PodObject.ContainerPort(name, number, "TCP")));
    }

    private static PodObject withState(
            PodObject pod, boolean ready, boolean terminating, boolean finished) {
        return new PodObject(
                pod.meta(),
                pod.serviceAccount(),
                pod.node(),
                pod.ips(),
                false,
                ready,
                terminating,
                finished,
                List.of());
    }

    @Test
    void makesNoNewMeshWhenTheSameIsSaidOnceInsteadOfTwice() {
        EndpointSet once = new EndpointSet(List.of(slicePort("odd", 1)), List.of());
        EndpointSet twice =
                new EndpointSet(List.of(slicePort("odd", 1), slicePort("odd", 2)), List.of());
        EndpointSliceObject slice = slice("s", "cart", slicePort("", 80));
        Mesh before =
                world.apply(
                        service("cart", 80), new EndpointSliceObject(slice.meta(), "cart", twice));
        assertThat(before.problems()).hasSize(1);
        assertThat(world.apply(new EndpointSliceObject(slice.meta(), "cart", once)))
                .isSameAs(before);
    }
}
