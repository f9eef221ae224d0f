package io.peakmesh.smi.index;

import static io.peakmesh.smi.index.World.account;
import static io.peakmesh.smi.index.World.backend;
import static io.peakmesh.smi.index.World.group;
import static io.peakmesh.smi.index.World.portRoute;
import static io.peakmesh.smi.index.World.rule;
import static io.peakmesh.smi.index.World.service;
import static io.peakmesh.smi.index.World.smi;
import static io.peakmesh.smi.index.World.split;
import static io.peakmesh.smi.index.World.target;
import static io.peakmesh.smi.index.World.tcpRoute;
import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.model.Grant;
import io.peakmesh.model.HttpMatch;
import io.peakmesh.model.Namespace.Access;
import io.peakmesh.model.Namespace.Unmeshed;
import io.peakmesh.model.Ports;
import io.peakmesh.model.Source;
import io.peakmesh.model.TrafficSplit;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * One test for each of the 18 corner cases that the SMI specification leaves or that others met.
 */
class SmiCornerCasesTest {
    private final World world = new World();

    private static HttpMatch path(String name, String regex) {
        return new HttpMatch(name, regex, new TreeSet<>(), new TreeMap<>());
    }

    private static Ports ports(Integer... numbers) {
        return new Ports(new TreeSet<>(List.of(numbers)));
    }

    private static final Object API = Map.of("name", "api", "pathRegex", "/api");
    private static final Object HEALTH = Map.of("name", "health", "pathRegex", "/health");

    @Test
    void row01DeniesByDefaultAndAddsUpWhatTargetsAllow() {
        world.apply(World.namespace("peakmesh.io/access", "enforcing"));
        assertThat(world.mesh().namespace("shop").access()).isEqualTo(Access.ENFORCING);
        assertThat(world.mesh().namespace("shop").unmeshed()).isEqualTo(Unmeshed.DENY);
        assertThat(world.mesh().targets()).isEmpty();
        world.apply(group("g", API), tcpRoute("t", 80));
        world.apply(target("a", rule("HTTPRouteGroup", "g")), target("b", rule("TCPRoute", "t")));
        assertThat(world.targetsAt("cart"))
                .extracting(t -> t.name())
                .containsExactly("shop/a", "shop/b");
        world.apply(
                smi(
                        "TrafficTarget",
                        "c",
                        "v1alpha3",
                        Map.of("spec", Map.of("destination", World.accountRef("cart")))));
        assertThat(world.targetsAt("cart")).hasSize(2);
        assertThat(world.problems())
                .containsExactly(
                        "ERROR TrafficTarget shop/c: spec.rules: must name at least one route: add"
                                + " what may be called",
                        "ERROR TrafficTarget shop/c: spec.sources: must name at least one source:"
                                + " add who may call");
    }

    @Test
    void row02TakesAllMatchesOfAGroupWhenARuleNamesNone() {
        world.apply(group("g", API, HEALTH), target("all", rule("HTTPRouteGroup", "g")));
        world.apply(target("one", rule("HTTPRouteGroup", "g", "health")));
        List<HttpMatch> both = List.of(path("api", "/api"), path("health", "/health"));
        assertThat(world.grantsOf("all")).containsExactly(new Grant.Http(both, Ports.ALL));
        assertThat(world.grantsOf("one"))
                .containsExactly(new Grant.Http(List.of(path("health", "/health")), Ports.ALL));
    }

    @Test
    void row03NarrowsHttpRulesToThePortsOfTcpRoutesBesideThem() {
        world.apply(group("g", API), tcpRoute("web", 8080, 8081), tcpRoute("any"));
        world.apply(target("both", rule("HTTPRouteGroup", "g"), rule("TCPRoute", "web")));
        world.apply(
                target("tcp", rule("TCPRoute", "web")), target("open", rule("TCPRoute", "any")));
        assertThat(world.grantsOf("both"))
                .containsExactly(new Grant.Http(List.of(path("api", "/api")), ports(8080, 8081)));
        assertThat(world.grantsOf("tcp")).containsExactly(new Grant.Tcp(ports(8080, 8081)));
        assertThat(world.grantsOf("open")).containsExactly(new Grant.Tcp(Ports.ALL));
    }

    @Test
    void row04TakesARouteWithoutPortsAsAllPortsAndKeepsUdpApart() {
        world.apply(
                smi("TCPRoute", "empty", "v1alpha3", Map.of("spec", Map.of())),
                portRoute("UDPRoute", "dns", 53),
                target("t", rule("TCPRoute", "empty"), rule("UDPRoute", "dns")),
                target("u", rule("UDPRoute", "dns")));
        assertThat(world.grantsOf("t"))
                .containsExactly(new Grant.Tcp(Ports.ALL), new Grant.Udp(ports(53)));
        assertThat(world.grantsOf("u")).containsExactly(new Grant.Udp(ports(53)));
    }

    @Test
    void row05KeepsPathExpressionsAsTheyAreAnchoredAtTheStartOnly() {
        world.apply(group("g", API), target("t", rule("HTTPRouteGroup", "g")));
        Grant.Http grant = (Grant.Http) world.grantsOf("t").getFirst();
        assertThat(grant.matches().getFirst().pathRegex()).isEqualTo("/api");
    }

    @Test
    void row06TakesMissingPathAndMethodsAsAnyAndJoinsHeadersInOneMatch() {
        world.apply(
                group(
                        "g",
                        Map.of(
                                "name", "m",
                                "methods", List.of("*"),
                                "headers", List.of(Map.of("X-A", "1.*"), Map.of("X-B", "2")))),
                target("t", rule("HTTPRouteGroup", "g")));
        HttpMatch match = ((Grant.Http) world.grantsOf("t").getFirst()).matches().getFirst();
        assertThat(match.pathRegex()).isEmpty();
        assertThat(match.methods()).isEmpty();
        assertThat(match.headers()).isEqualTo(Map.of("x-a", "1.*", "x-b", "2"));
    }

    @Test
    void row07ReadsHeadersAsAMapAndAsAListOfMaps() {
        Map<String, Object> asMap = Map.of("name", "m", "headers", Map.of("A", "1", "B", "2"));
        Map<String, Object> asList =
                Map.of("name", "m", "headers", List.of(Map.of("A", "1"), Map.of("B", "2")));
        world.apply(group("map", asMap), group("list", asList));
        world.apply(target("m", rule("HTTPRouteGroup", "map")));
        world.apply(target("l", rule("HTTPRouteGroup", "list")));
        assertThat(world.grantsOf("m")).isNotEmpty().isEqualTo(world.grantsOf("l"));
    }

    @Test
    void row08JoinsTheMatchesOfASplitAndLeavesOtherRequestsToTheRoot() {
        services("cart", "v2");
        world.apply(group("g", API), group("h", Map.of("name", "x", "methods", List.of("GET"))));
        world.apply(matchedSplit("s", Optional.empty(), "g", "h"));
        TrafficSplit split = world.splits("cart").getFirst();
        assertThat(split.matches()).extracting(HttpMatch::name).containsExactly("api", "x");
        assertThat(split.matches().getLast().methods()).containsExactly("GET");
        assertThat(world.problems()).isEmpty();
    }

    @Test
    void row09KeepsRelativeWeightsAndTakesAllZeroAsNoSplit() {
        services("cart", "v1", "v2");
        world.apply(split("s", "cart", backend("v1", 1000), backend("v2", 500)));
        assertThat(world.splitOf("cart")).containsExactly("s v1=1000 v2=500");
        world.apply(split("s", "cart", backend("v1", 0), backend("v2", 1)));
        assertThat(world.splitOf("cart")).containsExactly("s v1=0 v2=1");
        world.apply(split("s", "cart", backend("v1", 0), backend("v2", 0)));
        assertThat(world.splitOf("cart")).isEmpty();
        assertThat(world.problems())
                .singleElement()
                .asString()
                .startsWith("WARNING TrafficSplit shop/s: spec.backends: have only weights of 0")
                .endsWith("give one a weight above 0");
    }

    @Test
    void row10LeavesOutABackendWithoutThePortsOfTheRoot() {
        services("cart", "v1");
        world.apply(service("v2", 9999));
        world.apply(split("s", "cart", backend("v1", 1), backend("v2", 1)));
        assertThat(world.splitOf("cart")).containsExactly("s v1=1");
        assertThat(world.problems())
                .containsExactly(
                        "WARNING TrafficSplit shop/s: spec.backends[1].service: Service shop/v2"
                                + " lacks port 80 of shop/cart and gets no traffic there: add the"
                                + " port to it");
        world.apply(service("v2", 80));
        assertThat(world.splitOf("cart")).containsExactly("s v1=1 v2=1");
        assertThat(world.problems()).isEmpty();
    }

    @Test
    void row11AcceptsABackendThatDoesNotExistYet() {
        services("cart", "v1");
        world.apply(split("s", "cart", backend("v1", 9), backend("v2", 1)));
        assertThat(world.splitOf("cart")).containsExactly("s v1=9");
        assertThat(world.problems())
                .containsExactly(
                        "WARNING TrafficSplit shop/s: spec.backends[1].service: Service shop/v2"
                                + " does not exist and gets no traffic: create it");
        world.apply(service("v2", 80));
        assertThat(world.splitOf("cart")).containsExactly("s v1=9 v2=1");
        assertThat(world.problems()).isEmpty();
    }

    @Test
    void row12IgnoresTheSplitOfALeafAndTakesTheRootAsItsOwnEndpoints() {
        services("cart", "v1", "v2");
        world.apply(split("s", "cart", backend("cart", 1), backend("v1", 1)));
        world.apply(split("t", "v1", backend("v2", 1)));
        assertThat(world.splitOf("cart")).containsExactly("s cart=1 v1=1");
        assertThat(world.splitOf("v1")).containsExactly("t v2=1");
        assertThat(world.problems())
                .hasSize(2)
                .anySatisfy(p -> assertThat(p).contains("backends[0].service: is the divided"))
                .anySatisfy(p -> assertThat(p).contains("shop/v1 has a TrafficSplit of its own"));
        world.apply(split("t", "v1", backend("cart", 1)));
        assertThat(world.splitOf("v1")).containsExactly("t cart=1");
        assertThat(world.problems())
                .anySatisfy(p -> assertThat(p).contains("shop/t").contains("shop/cart has a"));
    }

    @Test
    void row13ReadsServiceNamesInEveryForm() {
        services("cart", "v1");
        for (String form :
                List.of("cart", "cart.shop", "cart.shop.svc", "cart.shop.svc.cluster.local.")) {
            world.apply(split("s", form, backend("v1." + "shop.svc.cluster.local", 1)));
            assertThat(world.splitOf("cart")).containsExactly("s v1=1");
        }
        world.apply(split("s", "cart.other", backend("v1", 1)));
        assertThat(world.splitOf("cart")).as("the last good version").containsExactly("s v1=1");
        assertThat(world.problems()).singleElement().asString().contains("namespace 'other'");
    }

    @Test
    void row14ServesLeavesWhosePodsTheRootSelectsToo() {
        services("cart", "v1");
        world.apply(World.podOf("cart", 1, "10.0.0.1"));
        world.apply(
                World.slice("v1-a", "v1", World.slicePort("", 80), World.ready("10.0.0.1", "")));
        world.apply(split("s", "cart", backend("v1", 1)));
        assertThat(world.endpoints("cart", 80)).isNotEmpty().isEqualTo(world.endpoints("v1", 80));
        assertThat(world.problems()).isEmpty();
    }

    @Test
    void row15OrdersSplitsOfOneRootAndReportsTheConflict() {
        services("cart", "v1", "v2");
        world.apply(group("g", API));
        Instant early = Instant.parse("2026-01-01T00:00:00Z");
        world.apply(unmatched("a", Optional.empty()), unmatched("b", Optional.of(early)));
        world.apply(unmatched("c", Optional.of(early.plusSeconds(1))));
        world.apply(matchedSplit("z", Optional.empty(), "g"));
        world.apply(matchedSplit("y", Optional.of(early), "g"));
        assertThat(world.splitOf("cart")).containsExactly("y v2=1", "z v2=1", "b v1=1");
        assertThat(world.problems())
                .hasSize(2)
                .allSatisfy(p ->
                        assertThat(p)
                                .startsWith("WARNING TrafficSplit shop/")
                                .contains("conflicts with TrafficSplit shop/b"));
    }

    @Test
    void row16RefusesATargetForAnotherNamespaceAndTakesItsOwnByDefault() {
        world.apply(tcpRoute("t", 80), target("own", rule("TCPRoute", "t")));
        assertThat(world.mesh().targets()).containsOnlyKeys(account("cart"));
        world.apply(
                smi(
                        "TrafficTarget",
                        "foreign",
                        "v1alpha3",
                        Map.of(
                                "spec",
                                Map.of(
                                        "destination",
                                                Map.of(
                                                        "kind", "ServiceAccount",
                                                        "name", "db",
                                                        "namespace", "bank"),
                                        "sources", List.of(World.accountRef("web")),
                                        "rules", List.of(rule("TCPRoute", "t"))))));
        assertThat(world.mesh().targets()).containsOnlyKeys(account("cart"));
        assertThat(world.problems())
                .containsExactly(
                        "ERROR TrafficTarget shop/foreign: spec.destination.namespace: is 'bank',"
                                + " but a TrafficTarget opens only its own namespace: move it to"
                                + " that namespace");
    }

    @Test
    void row17TakesGroupsAsSourcesAndDeniesWhatADanglingRuleMeans() {
        world.apply(tcpRoute("t", 80));
        world.apply(
                smi(
                        "TrafficTarget",
                        "any",
                        "v1alpha3",
                        Map.of(
                                "spec",
                                Map.of(
                                        "destination", World.accountRef("cart"),
                                        "sources",
                                                List.of(
                                                        groupRef("system:authenticated"),
                                                        groupRef("system:unauthenticated")),
                                        "rules", List.of(rule("TCPRoute", "t"))))));
        assertThat(world.targetsAt("cart").getFirst().sources())
                .containsExactly(new Source.AnyAuthenticated(), new Source.Anyone());
        world.apply(target("dangling", rule("HTTPRouteGroup", "gone")));
        assertThat(world.grantsOf("dangling")).isEmpty();
        assertThat(world.problems())
                .containsExactly(
                        "WARNING TrafficTarget shop/dangling: spec.rules[0]: HTTPRouteGroup 'gone'"
                                + " does not exist in the namespace or is refused, so this matches"
                                + " nothing: create it, or remove this");
    }

    @Test
    void row18SaysThatRetriesAndTimeoutsAreNoPartOfATarget() {
        Map<String, Object> rule = rule("TCPRoute", "t");
        rule.put("retries", 3);
        world.apply(tcpRoute("t", 80), target("x", rule));
        assertThat(world.mesh().targets()).isEmpty();
        assertThat(world.problems())
                .containsExactly(
                        "ERROR TrafficTarget shop/x: spec.rules[0]: has a field 'retries' that is"
                                + " not known: use kind, name, matches, apiGroup or group");
    }

    private static Map<String, Object> groupRef(String name) {
        return Map.of("kind", "Group", "name", name);
    }

    private void services(String... names) {
        for (String service : names) {
            world.apply(service(service, 80));
        }
    }

    private static io.peakmesh.smi.object.MeshObject unmatched(
            String name, Optional<Instant> created) {
        return smi(
                "TrafficSplit",
                name,
                "v1alpha4",
                created,
                Map.of("spec", Map.of("service", "cart", "backends", List.of(backend("v1", 1)))));
    }

    private static io.peakmesh.smi.object.MeshObject matchedSplit(
            String name, Optional<Instant> created, String... groups) {
        List<Map<String, Object>> matches =
                java.util.Arrays.stream(groups)
                        .map(g -> Map.<String, Object>of("kind", "HTTPRouteGroup", "name", g))
                        .toList();
        return smi(
                "TrafficSplit",
                name,
                "v1alpha4",
                created,
                Map.of(
                        "spec",
                        Map.of(
                                "service",
                                "cart",
                                "matches",
                                matches,
                                "backends",
                                List.of(backend("v2", 1)))));
    }
}
