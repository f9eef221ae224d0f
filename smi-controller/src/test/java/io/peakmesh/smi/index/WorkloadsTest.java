package io.peakmesh.smi.index;

import static io.peakmesh.smi.index.World.account;
import static io.peakmesh.smi.index.World.meta;
import static io.peakmesh.smi.index.World.name;
import static io.peakmesh.smi.index.World.namespace;
import static io.peakmesh.smi.index.World.pod;
import static io.peakmesh.smi.index.World.podOf;
import static io.peakmesh.smi.index.World.port;
import static io.peakmesh.smi.index.World.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.model.AddressOwner;
import io.peakmesh.model.LocalPort;
import io.peakmesh.model.Protocol;
import io.peakmesh.model.ProxyMode;
import io.peakmesh.model.ServiceName;
import io.peakmesh.model.WorkloadPort;
import io.peakmesh.smi.object.MeshObject.PodObject;
import io.peakmesh.smi.object.MeshObject.PodObject.ContainerPort;
import io.peakmesh.smi.object.Meta;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WorkloadsTest {
    private final World world = new World();

    private static PodObject pod(
            Map<String, String> annotations,
            boolean host,
            boolean finished,
            ContainerPort... ports) {
        return new PodObject(
                meta("Pod", "cart-1", Map.of("app", "cart"), annotations),
                "",
                "node-1",
                List.of("10.0.0.1"),
                host,
                true,
                false,
                finished,
                List.of(ports));
    }

    @Test
    void readsAPodAsAWorkload() {
        world.apply(pod(Map.of(), false, false));
        assertThat(world.workload("cart-1").serviceAccount()).isEqualTo(account("default"));
        assertThat(world.workload("cart-1").addresses()).containsExactly("10.0.0.1");
        assertThat(world.workload("cart-1").node()).isEqualTo("node-1");
        assertThat(world.workload("cart-1").proxy()).isEqualTo(new ProxyMode.Unmeshed());
        world.apply(pod(Map.of(), false, true));
        assertThat(world.mesh().workloads()).isEmpty();
        assertThat(world.mesh().addresses()).isEmpty();
    }

    @Test
    void keepsAPodWithoutAddress() {
        world.apply(podOf("cart", 1, ""));
        assertThat(world.workload("cart-1").addresses()).isEmpty();
    }

    @Test
    void makesAStableUidWhereThePodHasNone() {
        world.apply(podOf("cart", 1, ""), podOf("cart", 2, ""));
        String uid = world.workload("cart-1").uid();
        assertThat(uid).matches("[0-9a-f]{32}").isNotEqualTo(world.workload("cart-2").uid());
        world.delete(podOf("cart", 1, ""));
        world.apply(podOf("cart", 1, "10.0.0.1"));
        assertThat(world.workload("cart-1").uid()).isEqualTo(uid);
    }

    @Test
    void readsHowTheProxyIsReached() {
        world.apply(podOf("cart", 1, "", "peakmesh.io/proxy", "redirect"));
        assertThat(world.workload("cart-1").proxy()).isEqualTo(new ProxyMode.Redirect());
        world.apply(podOf("cart", 1, "", "peakmesh.io/proxy", "mesh-port"));
        assertThat(world.workload("cart-1").proxy())
                .isEqualTo(new ProxyMode.MeshPort(15443, 15001));
        world.apply(
                podOf(
                        "cart",
                        1,
                        "",
                        "peakmesh.io/proxy",
                        "mesh-port",
                        "peakmesh.io/mesh-port",
                        "7",
                        "peakmesh.io/outbound-port",
                        "8"));
        assertThat(world.workload("cart-1").proxy()).isEqualTo(new ProxyMode.MeshPort(7, 8));
        world.apply(
                podOf(
                        "cart",
                        1,
                        "",
                        "peakmesh.io/proxy",
                        "mesh-port",
                        "peakmesh.io/outbound-address",
                        "loopback"));
        assertThat(world.workload("cart-1").proxy())
                .isEqualTo(new ProxyMode.MeshPort(15443, 15001, true));
    }

    @Test
    void aPortThatTheRedirectSkipsIsReachedPastTheProxy() {
        String skip = "config.peakmesh.io/skip-inbound-ports";
        ContainerPort web = new ContainerPort("http", 8080, "TCP");
        ContainerPort lines = new ContainerPort("tcp", 9000, "TCP");
        Map<String, String> redirect = Map.of("peakmesh.io/proxy", "redirect", skip, "9000-9010");
        world.apply(pod(redirect, false, false, web, lines));
        assertThat(world.workload("cart-1").proxy()).isEqualTo(new ProxyMode.Redirect());
        assertThat(world.workload("cart-1").ports())
                .extracting(WorkloadPort::port)
                .containsExactly(8080);
        Map<String, String> wrong = Map.of("peakmesh.io/proxy", "redirect", skip, "nine");
        world.apply(pod(wrong, false, false, web, lines));
        assertThat(world.workload("cart-1").ports())
                .extracting(WorkloadPort::port)
                .containsExactly(8080);
        assertThat(world.problems()).singleElement().asString().contains(skip);
        Map<String, String> meshPort = Map.of("peakmesh.io/proxy", "mesh-port", skip, "9000");
        world.apply(pod(meshPort, false, false, web, lines));
        assertThat(world.workload("cart-1").ports()).hasSize(2);
    }

    @Test
    void keepsTheLastGoodProxyModeWhenTheNewOneCannotBeRead() {
        world.apply(podOf("cart", 1, "", "peakmesh.io/proxy", "redirect"));
        world.apply(podOf("cart", 1, "", "peakmesh.io/proxy", "redirct"));
        assertThat(world.workload("cart-1").proxy()).isEqualTo(new ProxyMode.Redirect());
        assertThat(world.problems())
                .containsExactly(
                        "ERROR Pod shop/cart-1: metadata.annotations[peakmesh.io/proxy]: must be"
                                + " redirect, mesh-port or none, is 'redirct'");
        world.apply(
                podOf(
                        "cart",
                        1,
                        "",
                        "peakmesh.io/proxy",
                        "mesh-port",
                        "peakmesh.io/mesh-port",
                        "0"));
        assertThat(world.problems()).singleElement().asString().contains("from 1 to 65535, is '0'");
        world.apply(podOf("cart", 1, "", "peakmesh.io/proxy", "none"));
        assertThat(world.workload("cart-1").proxy().meshed()).isFalse();
        assertThat(world.problems()).isEmpty();
    }

    @Test
    void takesNothingOverFromAnEarlierPodOfTheSameName() {
        world.apply(withUid("one", "redirect"));
        world.apply(withUid("two", "redirct"));
        assertThat(world.workload("cart-1").proxy()).isEqualTo(new ProxyMode.Unmeshed());
        assertThat(world.workload("cart-1").uid()).isEqualTo("two");
        world.apply(withUid("No DNS label", "redirect"));
        assertThat(world.workload("cart-1").uid()).matches("[0-9a-f]{32}");
        assertThat(world.problems()).singleElement().asString().contains("metadata.uid: must be");
    }

    private static PodObject withUid(String uid, String proxy) {
        PodObject pod = podOf("cart", 1, "10.0.0.1", "peakmesh.io/proxy", proxy);
        Meta meta = pod.meta();
        return new PodObject(
                new Meta(meta.ref(), uid, meta.created(), meta.labels(), meta.annotations()),
                pod.serviceAccount(),
                pod.node(),
                pod.ips(),
                false,
                true,
                false,
                false,
                List.of());
    }

    @Test
    void neverMeshesAPodInItsNodesNetwork() {
        world.apply(pod(Map.of("peakmesh.io/proxy", "redirect"), true, false));
        assertThat(world.workload("cart-1").proxy().meshed()).isFalse();
        assertThat(world.mesh().addresses()).isEmpty();
        assertThat(world.problems()).singleElement().asString().contains("remove hostNetwork");
    }

    @Test
    void forgetsTheAddressOfAPodThatMovesToItsNodesNetwork() {
        world.apply(pod(Map.of(), false, false));
        assertThat(world.mesh().addresses()).containsOnlyKeys("10.0.0.1");
        Object workload = world.workload("cart-1");
        world.apply(pod(Map.of(), true, false));
        assertThat(world.mesh().addresses()).isEmpty();
        assertThat(world.workload("cart-1")).isSameAs(workload);
    }

    @Test
    void readsLocalPortsAndLeavesOutTheBadOnes() {
        world.apply(
                podOf(
                        "cart",
                        1,
                        "",
                        "config.peakmesh.io/local-ports",
                        "6380=redis.data:6379, 6379=redis:6379,x=y:1,6379=other:1"));
        assertThat(world.workload("cart-1").localPorts())
                .containsExactly(
                        new LocalPort(6379, name("redis"), 6379),
                        new LocalPort(6380, new ServiceName("data", "redis"), 6379));
        assertThat(world.problems())
                .hasSize(2)
                .anySatisfy(
                        p -> assertThat(p).contains("such as 6379=redis.shop:6379, has 'x=y:1'"))
                .anySatisfy(p -> assertThat(p).contains("gives port 6379 twice"));
    }

    @Test
    void listsContainerPortsAndEveryPortThatServicesLeadTo() {
        world.apply(
                pod(
                        Map.of(),
                        false,
                        false,
                        new ContainerPort("grpc-api", 9000, "TCP"),
                        new ContainerPort("", 3306, "TCP"),
                        new ContainerPort("dns", 53, "UDP")));
        world.apply(service("cart", Map.of(), port("http", 80, "8080"), port("", 81, "")));
        assertThat(world.workload("cart-1").ports())
                .containsExactly(
                        new WorkloadPort(53, Protocol.UDP),
                        new WorkloadPort(81, Protocol.DETECT),
                        new WorkloadPort(3306, Protocol.TCP),
                        new WorkloadPort(8080, Protocol.HTTP1),
                        new WorkloadPort(9000, Protocol.GRPC));
        world.delete(service("cart", 80));
        assertThat(world.workload("cart-1").ports()).hasSize(3);
    }

    @Test
    void decidesBetweenServicesThatNameOnePortDifferently() {
        world.apply(podOf("cart", 1, "10.0.0.1"));
        assertThat(spoken(port("http", 80, "8080"), port("", 81, "8080")))
                .isEqualTo(Protocol.HTTP1);
        assertThat(spoken(port("http", 80, "8080"), port("grpc", 81, "8080")))
                .isEqualTo(Protocol.DETECT);
        assertThat(spoken(port("http", 80, "8080"), port("tcp", 81, "8080")))
                .isEqualTo(Protocol.TCP);
    }

    private Protocol spoken(io.peakmesh.smi.object.MeshObject.ServiceObject.Port... ports) {
        world.apply(service("cart", Map.of(), ports));
        assertThat(world.workload("cart-1").ports()).hasSize(1);
        return world.workload("cart-1").ports().getFirst().protocol();
    }

    @Test
    void takesThePodsOpaquePortsBeforeAnythingElse() {
        world.apply(service("cart", Map.of(), port("http", 80, "8080")));
        world.apply(podOf("cart", 1, "10.0.0.1", "config.peakmesh.io/opaque-ports", "8000-8080"));
        assertThat(world.workload("cart-1").ports())
                .containsExactly(new WorkloadPort(8080, Protocol.TCP));
        world.apply(podOf("cart", 1, "10.0.0.1"));
        world.apply(namespace("config.peakmesh.io/opaque-ports", "8080"));
        assertThat(world.workload("cart-1").ports())
                .containsExactly(new WorkloadPort(8080, Protocol.TCP));
        world.delete(namespace());
        assertThat(world.workload("cart-1").ports())
                .containsExactly(new WorkloadPort(8080, Protocol.HTTP1));
    }

    @Test
    void knowsWhoAnswersAtAnAddressUnlessItIsShared() {
        world.apply(World.withAddresses(service("cart", 80), "10.9.0.1", "FD00::0:1"));
        world.apply(podOf("cart", 1, "10.0.0.1"), podOf("cart", 2, "10.0.0.2"));
        assertThat(world.mesh().addresses())
                .containsOnlyKeys("10.0.0.1", "10.0.0.2", "10.9.0.1", "fd00::1")
                .containsEntry("fd00::1", new AddressOwner.OfService(name("cart")))
                .containsEntry("10.0.0.2", new AddressOwner.OfWorkload(World.pod("cart-2")));
        world.apply(podOf("cart", 2, "10.0.0.1"));
        assertThat(world.mesh().addresses()).doesNotContainKey("10.0.0.1");
        world.apply(World.withAddresses(service("web", 80), "10.9.0.1"));
        assertThat(world.mesh().addresses()).containsOnlyKeys("fd00::1");
        assertThat(world.problems())
                .hasSize(2)
                .allSatisfy(p -> assertThat(p).contains("10.9.0.1 is the address of another"));
        world.delete(service("web", 80));
        world.delete(podOf("cart", 1, ""));
        assertThat(world.mesh().addresses()).containsKeys("10.9.0.1", "10.0.0.1");
        assertThat(world.problems()).isEmpty();
    }
}
