package io.peakmesh.smi.index;

import static io.peakmesh.smi.index.World.meta;
import static io.peakmesh.smi.index.World.namespace;
import static io.peakmesh.smi.index.World.port;
import static io.peakmesh.smi.index.World.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.model.Invalid;
import io.peakmesh.model.Namespace;
import io.peakmesh.model.Namespace.Access;
import io.peakmesh.model.Namespace.Unmeshed;
import io.peakmesh.model.ObjectRef;
import io.peakmesh.model.Protocol;
import io.peakmesh.model.ServicePort;
import io.peakmesh.smi.object.MeshObject;
import io.peakmesh.smi.object.MeshObject.ServiceObject;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServicesTest {
    private static final String OPAQUE = "config.peakmesh.io/opaque-ports";
    private static final String ACCESS = "peakmesh.io/access";
    private static final String UNMESHED = "peakmesh.io/unmeshed-callers";
    private final World world = new World();

    private Protocol protocol(Map<String, String> annotations, ServiceObject.Port port) {
        world.apply(service("cart", annotations, port));
        return world.model("cart").ports().getFirst().protocol();
    }

    @ParameterizedTest
    @CsvSource({
        "http,HTTP1",
        "HTTP,HTTP1",
        "kubernetes.io/ws,HTTP1",
        "h2c,HTTP2",
        "kubernetes.io/h2c,HTTP2",
        "http2,HTTP2",
        "grpc,GRPC",
        "grpc-web,HTTP1",
        "tcp,TCP",
        "https,TCP",
        "tls,TCP",
        "redis,TCP",
        "example.com/odd,DETECT"
    })
    void takesAppProtocolBeforeThePortsName(String appProtocol, Protocol expected) {
        ServiceObject.Port port = new ServiceObject.Port("http2-x", 80, "", "TCP", appProtocol);
        assertThat(protocol(Map.of(), port)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "http,HTTP1", "http-web,HTTP1", "http2,HTTP2", "h2c-x,HTTP2", "grpc-api,GRPC",
        "grpc-web,HTTP1", "grpc-web-x,HTTP1", "tcp-echo,TCP", "https,TCP", "mongo,TCP",
        "mysql-main,TCP", "web,DETECT", "httpx,DETECT", "'',DETECT"
    })
    void readsTheProtocolFromThePortsName(String name, Protocol expected) {
        assertThat(protocol(Map.of(), port(name, 80, ""))).isEqualTo(expected);
    }

    @Test
    void takesOpaquePortsOfTheServiceThenOfTheNamespaceThenTheDefault() {
        ServiceObject.Port mysql = port("http", 3306, "");
        ServiceObject.Port web = port("http", 80, "");
        assertThat(protocol(Map.of(), mysql)).isEqualTo(Protocol.TCP);
        assertThat(protocol(Map.of(OPAQUE, ""), mysql)).isEqualTo(Protocol.HTTP1);
        assertThat(protocol(Map.of(OPAQUE, "1, 79-81"), web)).isEqualTo(Protocol.TCP);
        assertThat(protocol(Map.of(), web)).isEqualTo(Protocol.HTTP1);
        world.apply(namespace(OPAQUE, "80"));
        assertThat(world.model("cart").ports().getFirst().protocol()).isEqualTo(Protocol.TCP);
        assertThat(protocol(Map.of(OPAQUE, ""), web)).isEqualTo(Protocol.HTTP1);
        assertThat(protocol(Map.of(), mysql)).isEqualTo(Protocol.HTTP1);
    }

    @ParameterizedTest
    @CsvSource({"x", "0", "81-80", "1-2-3", "70000", "'80,,81'", "-1"})
    void keepsTheLastGoodOpaquePortsWhenTheListCannotBeRead(String bad) {
        ServiceObject.Port web = port("http", 80, "");
        assertThat(protocol(Map.of(OPAQUE, "80"), web)).isEqualTo(Protocol.TCP);
        assertThat(protocol(Map.of(OPAQUE, bad), web)).isEqualTo(Protocol.TCP);
        assertThat(world.problems())
                .containsExactly(
                        "ERROR Service shop/cart: metadata.annotations["
                                + OPAQUE
                                + "]: must be a"
                                + " comma list of at most 100 ports and ranges such as"
                                + " 3306,8000-8010, is '"
                                + bad
                                + "'");
    }

    @Test
    void keepsTheTcpPortOfANumberThatUdpUsesToo() {
        ServiceObject.Port udp = new ServiceObject.Port("dns", 53, "", "UDP", "");
        ServiceObject.Port tcp = new ServiceObject.Port("dns-tcp", 53, "", "TCP", "");
        ServiceObject.Port sctp = new ServiceObject.Port("s", 54, "", "SCTP", "");
        world.apply(service("dns", Map.of(), udp, tcp, sctp, port("x", 0, ""), port("y", 53, "")));
        assertThat(world.model("dns").ports())
                .containsExactly(new ServicePort("dns-tcp", 53, Protocol.DETECT));
        assertThat(world.problems()).hasSize(3);
        world.apply(service("dns", Map.of(), udp));
        assertThat(world.model("dns").ports().getFirst().protocol()).isEqualTo(Protocol.UDP);
    }

    @Test
    void boundsThePortsOfAService() {
        ServiceObject.Port[] many =
                IntStream.rangeClosed(1, 1001)
                        .mapToObj(i -> port("p" + i, i, ""))
                        .toArray(ServiceObject.Port[]::new);
        world.apply(service("cart", Map.of(), many));
        assertThat(world.model("cart").ports()).hasSize(1000);
        assertThat(world.problems()).singleElement().asString().contains("has 1001 ports");
    }

    @Test
    void refusesAClusterIpThatIsNoAddress() {
        ServiceObject plain = service("cart", 80);
        world.apply(
                new ServiceObject(
                        plain.meta(),
                        "ClusterIP",
                        plain.ports(),
                        List.of("10.0.0.1", "x"),
                        new TreeMap<>(),
                        "",
                        false,
                        ""));
        assertThat(world.model("cart").addresses()).containsExactly("10.0.0.1");
        assertThat(world.problems())
                .containsExactly(
                        "ERROR Service shop/cart: spec.clusterIPs[1]: must be an IP address, is"
                                + " 'x'");
    }

    @Test
    void readsTheNamespacesPolicy() {
        world.apply(namespace());
        assertThat(policy()).isEqualTo(Namespace.byDefault("shop"));
        world.apply(namespace(ACCESS, "enforcing"));
        assertThat(policy()).isEqualTo(new Namespace("shop", Access.ENFORCING, Unmeshed.DENY));
        world.apply(namespace(ACCESS, "enforcing", UNMESHED, "allow"));
        assertThat(policy()).isEqualTo(new Namespace("shop", Access.ENFORCING, Unmeshed.ALLOW));
        world.apply(namespace(ACCESS, "permissive", UNMESHED, "deny"));
        assertThat(policy()).isEqualTo(new Namespace("shop", Access.PERMISSIVE, Unmeshed.DENY));
        world.delete(namespace());
        assertThat(world.mesh().namespaces()).isEmpty();
    }

    @Test
    void neverOpensAnEnforcingNamespaceByATypo() {
        world.apply(namespace(ACCESS, "enforcing"));
        world.apply(namespace(ACCESS, "enforced", UNMESHED, "alow"));
        assertThat(policy()).isEqualTo(new Namespace("shop", Access.ENFORCING, Unmeshed.DENY));
        assertThat(world.problems())
                .containsExactly(
                        "ERROR Namespace shop: metadata.annotations[peakmesh.io/access]: must be"
                                + " enforcing or permissive, is 'enforced': until then enforcing"
                                + " holds",
                        "ERROR Namespace shop: metadata.annotations[peakmesh.io/unmeshed-callers]:"
                                + " must be allow or deny, is 'alow': until then deny holds");
        world.delete(namespace());
        world.apply(namespace(ACCESS, "enforced"));
        assertThat(policy())
                .as("nothing before")
                .extracting(Namespace::access)
                .isEqualTo(Access.ENFORCING);
        world.apply(namespace(ACCESS, "permissive"));
        world.apply(namespace(ACCESS, "enforced"));
        assertThat(policy().access()).as("the last good one").isEqualTo(Access.PERMISSIVE);
    }

    private Namespace policy() {
        return world.mesh().namespace("shop");
    }

    @Test
    void showsWhatCouldNotBeReadUntilItsPlaceIsClear() {
        Invalid broken =
                Invalid.error(new ObjectRef("", "", "", "a.yaml"), "", "is no YAML: mend line 3");
        world.unreadable("a.yaml", broken);
        Object once = world.mesh();
        assertThat(world.unreadable("a.yaml", broken)).isSameAs(once);
        assertThat(world.problems()).containsExactly("ERROR a.yaml: is no YAML: mend line 3");
        world.unreadable("a.yaml");
        assertThat(world.problems()).isEmpty();
    }

    @Test
    void returnsTheSameMeshWhenNothingChanged() {
        MeshObject cart = service("cart", 80);
        Object mesh = world.apply(cart, namespace(ACCESS, "enforcing"));
        assertThat(world.apply(cart)).isSameAs(mesh);
        assertThat(world.apply(service("other", 1))).isNotSameAs(mesh);
        assertThat(world.mesh().generation()).isEqualTo(2);
        Object before = world.mesh();
        assertThat(world.delete(service("unknown", 1))).isSameAs(before);
        assertThat(
                        world.apply(
                                new MeshObject.ServiceAccountObject(
                                        meta("ServiceAccount", "cart", Map.of()))))
                .isSameAs(before);
    }
}
