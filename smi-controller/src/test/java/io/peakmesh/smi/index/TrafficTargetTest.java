package io.peakmesh.smi.index;

import static io.peakmesh.smi.index.World.account;
import static io.peakmesh.smi.index.World.accountRef;
import static io.peakmesh.smi.index.World.group;
import static io.peakmesh.smi.index.World.portRoute;
import static io.peakmesh.smi.index.World.rule;
import static io.peakmesh.smi.index.World.smi;
import static io.peakmesh.smi.index.World.target;
import static io.peakmesh.smi.index.World.tcpRoute;
import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.model.Grant;
import io.peakmesh.model.HttpMatch;
import io.peakmesh.model.Ports;
import io.peakmesh.model.ServiceAccountName;
import io.peakmesh.model.Source;
import io.peakmesh.smi.object.MeshObject.SmiObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrafficTargetTest {
    private static final Object API = Map.of("name", "api", "pathRegex", "/api");
    private final World world = new World();

    private static Ports ports(Integer... numbers) {
        return new Ports(new TreeSet<>(List.of(numbers)));
    }

    private static SmiObject withSpec(String version, Map<String, Object> changes) {
        Map<String, Object> spec = new TreeMap<>();
        spec.put("destination", accountRef("cart"));
        spec.put("sources", List.of(accountRef("web")));
        spec.put("rules", List.of(rule("TCPRoute", "t")));
        spec.putAll(changes);
        return smi("TrafficTarget", "x", version, Map.of("spec", spec));
    }

    private static Map<String, Object> destination(Object port) {
        return Map.of("kind", "ServiceAccount", "name", "cart", "port", port);
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1alpha2", "v1alpha3", "v1alpha4"})
    void readsEveryVersionWithASpec(String version) {
        world.apply(tcpRoute("t", 80), withSpec(version, Map.of()));
        assertThat(world.grantsOf("x")).containsExactly(new Grant.Tcp(ports(80)));
        assertThat(world.problems()).isEmpty();
    }

    @Test
    void readsV1alpha1WithItsFieldsAtTheTopAndItsPort() {
        world.apply(
                smi("TCPRoute", "t", "v1alpha1", Map.of()),
                smi(
                        "TrafficTarget",
                        "x",
                        "v1alpha1",
                        Map.of(
                                "destination", destination("9091"),
                                "sources", List.of(accountRef("web")),
                                "specs", List.of(rule("TCPRoute", "t")))));
        assertThat(world.grantsOf("x")).containsExactly(new Grant.Tcp(ports(9091)));
        assertThat(world.problems()).isEmpty();
    }

    @Test
    void narrowsEveryRuleToTheDestinationsPort() {
        world.apply(group("g", API), tcpRoute("t", 80, 81), portRoute("UDPRoute", "u"));
        List<Object> http = List.of(rule("HTTPRouteGroup", "g"), rule("UDPRoute", "u"));
        world.apply(withSpec("v1alpha2", Map.of("destination", destination(81), "rules", http)));
        assertThat(world.grantsOf("x"))
                .extracting(Grant::ports)
                .containsExactly(ports(81), ports(81));
        world.apply(withSpec("v1alpha2", Map.of("destination", destination(82))));
        assertThat(world.grantsOf("x")).isEmpty();
        assertThat(world.problems())
                .singleElement()
                .asString()
                .contains("82 is none of the ports of its routes, so nothing is allowed");
    }

    @Test
    void neverWidensWhatStandsBesideADanglingRoute() {
        world.apply(group("g", API), tcpRoute("t", 80));
        world.apply(target("a", rule("HTTPRouteGroup", "g"), rule("TCPRoute", "gone")));
        world.apply(target("b", rule("HTTPRouteGroup", "gone"), rule("TCPRoute", "t")));
        world.apply(target("c", rule("HTTPRouteGroup", "g", "gone"), rule("TCPRoute", "t")));
        for (String name : List.of("a", "b", "c")) {
            assertThat(world.grantsOf(name)).as(name).isEmpty();
        }
        assertThat(world.targetsAt("cart")).hasSize(3);
        assertThat(world.problems())
                .hasSize(3)
                .allSatisfy(p -> assertThat(p).startsWith("WARNING TrafficTarget shop/"))
                .anySatisfy(p -> assertThat(p).contains("'g' has no match 'gone'"));
        world.apply(tcpRoute("gone", 81));
        assertThat(world.grantsOf("a")).extracting(Grant::ports).containsExactly(ports(81));
        world.delete(tcpRoute("gone"));
        assertThat(world.grantsOf("a")).isEmpty();
    }

    @Test
    void joinsSeveralRoutesOfATarget() {
        world.apply(tcpRoute("t", 80), tcpRoute("u", 81), tcpRoute("all"), group("g", API));
        world.apply(target("a", rule("TCPRoute", "t"), rule("TCPRoute", "u")));
        world.apply(target("b", rule("TCPRoute", "t"), rule("TCPRoute", "all")));
        world.apply(target("c", rule("HTTPRouteGroup", "g"), rule("HTTPRouteGroup", "g", "api")));
        assertThat(world.grantsOf("a")).containsExactly(new Grant.Tcp(ports(80, 81)));
        assertThat(world.grantsOf("b")).containsExactly(new Grant.Tcp(Ports.ALL));
        Grant.Http http = (Grant.Http) world.grantsOf("c").getFirst();
        assertThat(http.matches()).extracting(HttpMatch::name).containsExactly("api");
    }

    @Test
    void findsTheMatchOfATcpRouteByItsName() {
        Map<String, Object> named = Map.of("name", "main", "ports", List.of(80));
        world.apply(smi("TCPRoute", "t", "v1alpha4", Map.of("spec", Map.of("matches", named))));
        world.apply(target("a", rule("TCPRoute", "t", "main")));
        world.apply(target("b", rule("TCPRoute", "t", "other")));
        assertThat(world.grantsOf("a")).containsExactly(new Grant.Tcp(ports(80)));
        assertThat(world.grantsOf("b")).isEmpty();
    }

    @Test
    void takesSourcesOfOtherNamespaces() {
        Map<String, Object> far = new TreeMap<>(accountRef("web"));
        far.put("namespace", "edge");
        world.apply(
                tcpRoute("t"),
                withSpec("v1alpha3", Map.of("sources", List.of(accountRef("web"), far, far))));
        assertThat(world.targetsAt("cart").getFirst().sources())
                .containsExactly(
                        new Source.Account(account("web")),
                        new Source.Account(new ServiceAccountName("edge", "web")));
    }

    @Test
    void keepsTheLastGoodVersionUntilAUsableOneComes() {
        world.apply(tcpRoute("t", 80), withSpec("v1alpha3", Map.of()));
        world.apply(withSpec("v1alpha3", Map.of("sources", "everyone")));
        assertThat(world.grantsOf("x")).containsExactly(new Grant.Tcp(ports(80)));
        assertThat(world.problems()).hasSize(1);
        world.apply(tcpRoute("t", "eighty"));
        assertThat(world.grantsOf("x")).containsExactly(new Grant.Tcp(ports(80)));
        assertThat(world.problems())
                .contains(
                        "ERROR TCPRoute shop/t: spec.matches.ports[0]: must be a whole number from"
                                + " 1 to 65535, is 'eighty'");
        world.apply(tcpRoute("t", 81), withSpec("v1alpha3", Map.of()));
        assertThat(world.grantsOf("x")).containsExactly(new Grant.Tcp(ports(81)));
        assertThat(world.problems()).isEmpty();
        world.apply(tcpRoute("t", "eighty"));
        world.delete(tcpRoute("t"));
        world.apply(tcpRoute("t", "eighty"));
        assertThat(world.grantsOf("x")).as("nothing good since it was deleted").isEmpty();
    }

    @Test
    void movesToAnotherDestination() {
        world.apply(tcpRoute("t"), withSpec("v1alpha3", Map.of()));
        world.apply(withSpec("v1alpha3", Map.of("destination", accountRef("db"))));
        assertThat(world.mesh().targets()).containsOnlyKeys(account("db"));
        world.delete(withSpec("v1alpha3", Map.of()));
        assertThat(world.mesh().targets()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "destination | User | spec.destination.kind: must be ServiceAccount, is 'User'",
                "destination | IdentityBinding | spec.destination.kind: IdentityBinding is not"
                        + " supported: use ServiceAccount",
                "sources | Robot | spec.sources[0].kind: must be ServiceAccount or Group, is"
                        + " 'Robot'",
                "sources | IdentityBinding | spec.sources[0].kind: IdentityBinding is not"
                        + " supported: use ServiceAccount",
                "sources | Group | spec.sources[0].name: must be system:authenticated or"
                        + " system:unauthenticated for a Group, is 'a/b'",
                "sources | ServiceAccount | spec.sources[0].name: must be the name of a"
                        + " ServiceAccount, is 'a/b'",
                "rules | GRPCRoute | spec.rules[0].kind: must be HTTPRouteGroup, TCPRoute or"
                        + " UDPRoute, is 'GRPCRoute'",
            })
    void refusesKindsAndNamesThatItDoesNotKnow(String field, String kind, String problem) {
        Map<String, Object> part =
                Map.of("kind", kind, "name", field.equals("sources") ? "a/b" : "cart");
        world.apply(
                withSpec(
                        "v1alpha3",
                        Map.of(field, field.equals("destination") ? part : List.of(part))));
        assertThat(world.problems()).containsExactly("ERROR TrafficTarget shop/x: " + problem);
        assertThat(world.mesh().targets()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "70000", "http", "99999999999"})
    void refusesADestinationPortThatIsNone(String port) {
        world.apply(withSpec("v1alpha2", Map.of("destination", destination(port))));
        assertThat(world.problems())
                .containsExactly(
                        "ERROR TrafficTarget shop/x: spec.destination.port: must be a whole number"
                                + " from 1 to 65535, is '"
                                + port
                                + "'");
    }

    @Test
    void refusesVersionsGroupsAndKindsThatAreNotSmis() {
        world.apply(smi("TrafficTarget", "x", "v1beta1", Map.of()));
        world.apply(smi("IdentityBinding", "y", "v1alpha4", Map.of()));
        world.apply(
                new SmiObject(World.meta("TCPRoute", "z", Map.of()), "gateway.x", "v1", Map.of()));
        assertThat(world.problems())
                .hasSize(3)
                .anySatisfy(
                        p -> assertThat(p).contains("'v1beta1' that is not known: use v1alpha1"))
                .anySatisfy(p -> assertThat(p).contains("shop/y: is not supported, no release"))
                .anySatisfy(p -> assertThat(p).contains("'gateway.x': use specs.smi-spec.io"));
    }

    @Test
    void boundsWhatOneTargetMayGrow() {
        List<Object> rules = new ArrayList<>();
        for (int g = 0; g < 3; g++) {
            int from = g * 500;
            Object[] matches =
                    IntStream.range(from, from + 500)
                            .mapToObj(i -> Map.of("name", "m" + i))
                            .toArray(Object[]::new);
            world.apply(group("g" + g, matches));
            rules.add(rule("HTTPRouteGroup", "g" + g));
        }
        world.apply(withSpec("v1alpha3", Map.of("rules", rules)));
        assertThat(((Grant.Http) world.grantsOf("x").getFirst()).matches()).hasSize(1000);
        assertThat(world.problems()).singleElement().asString().contains("refers to 1500 matches");
        world.apply(
                withSpec(
                        "v1alpha3",
                        Map.of("rules", java.util.Collections.nCopies(1001, rules.getFirst()))));
        assertThat(world.problems())
                .anySatisfy(p -> assertThat(p).contains("spec.rules: has 1001 entries: at most"));
    }
}
