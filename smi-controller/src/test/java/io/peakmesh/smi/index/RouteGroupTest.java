package io.peakmesh.smi.index;

import static io.peakmesh.smi.index.World.group;
import static io.peakmesh.smi.index.World.rule;
import static io.peakmesh.smi.index.World.smi;
import static io.peakmesh.smi.index.World.target;
import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.model.Grant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RouteGroupTest {
    private static final Map<String, Object> MATCH = Map.of("name", "m", "methods", List.of("GET"));
    private final World world = new World();

    @ParameterizedTest
    @ValueSource(strings = {"v1alpha1", "v1alpha2", "v1alpha3", "v1alpha4"})
    void readsMatchesAtTheTopAndUnderSpecInEveryVersion(String version) {
        world.apply(
                smi("HTTPRouteGroup", "old", version, Map.of("matches", List.of(MATCH))),
                smi(
                        "HTTPRouteGroup",
                        "new",
                        version,
                        Map.of("spec", Map.of("matches", List.of(MATCH)))));
        world.apply(target("a", rule("HTTPRouteGroup", "old")));
        world.apply(target("b", rule("HTTPRouteGroup", "new")));
        assertThat(world.grantsOf("a")).hasSize(1).isEqualTo(world.grantsOf("b"));
        assertThat(world.problems()).isEmpty();
    }

    @Test
    void refusesMatchesInBothPlaces() {
        world.apply(
                smi(
                        "HTTPRouteGroup",
                        "g",
                        "v1alpha4",
                        Map.of(
                                "matches", List.of(MATCH),
                                "spec", Map.of("matches", List.of(MATCH)))));
        assertThat(world.problems())
                .containsExactly(
                        "ERROR HTTPRouteGroup shop/g: matches: stands beside spec.matches: keep"
                                + " only spec.matches");
    }

    @Test
    void namesEachMistakeInAMatch() {
        world.apply(
                group(
                        "g",
                        Map.of("pathRegex", "("),
                        Map.of("name", "a", "methods", List.of("get")),
                        Map.of("name", "a", "headers", Map.of(":path", "x", "ok", "[")),
                        Map.of("name", "b", "headers", List.of(Map.of("A", "1"), Map.of("a", "2"))),
                        "text"));
        assertThat(world.problems())
                .containsExactlyInAnyOrder(
                        "ERROR HTTPRouteGroup shop/g: spec.matches[0].name: is missing: add it",
                        "ERROR HTTPRouteGroup shop/g: spec.matches[0].pathRegex: must be an RE2"
                                + " regular expression, is '(' (missing closing )): see"
                                + " github.com/google/re2/wiki/Syntax",
                        "ERROR HTTPRouteGroup shop/g: spec.matches[1].methods: must be of * GET"
                                + " HEAD PUT POST DELETE CONNECT OPTIONS TRACE PATCH, one is 'get'",
                        "ERROR HTTPRouteGroup shop/g: spec.matches[2].headers: must have header"
                                + " names, one is ':path'",
                        "ERROR HTTPRouteGroup shop/g: spec.matches[2].headers.ok: must be an RE2"
                                + " regular expression, is '[' (missing closing ]): see"
                                + " github.com/google/re2/wiki/Syntax",
                        "ERROR HTTPRouteGroup shop/g: spec.matches[2].name: 'a' is the name of an"
                                + " earlier match: give each its own",
                        "ERROR HTTPRouteGroup shop/g: spec.matches[3].headers: gives 'a' twice:"
                                + " write one expression for both",
                        "ERROR HTTPRouteGroup shop/g: spec.matches[4]: must be an object with"
                                + " fields, is 'text'");
    }

    @Test
    void refusesAMisspeltFieldThatWouldLetEverythingThrough() {
        world.apply(group("g", Map.of("name", "a", "pathRegexp", "/api")));
        world.apply(
                smi(
                        "TCPRoute",
                        "t",
                        "v1alpha4",
                        Map.of("spec", Map.of("matches", Map.of("port", 80)))));
        world.apply(target("x", rule("HTTPRouteGroup", "g")), target("y", rule("TCPRoute", "t")));
        assertThat(world.grantsOf("x")).isEmpty();
        assertThat(world.grantsOf("y")).isEmpty();
        assertThat(world.problems())
                .contains(
                        "ERROR HTTPRouteGroup shop/g: spec.matches[0]: has a field 'pathRegexp'"
                                + " that is not known: use name, pathRegex, methods or headers",
                        "ERROR TCPRoute shop/t: spec.matches: has a field 'port' that is not known:"
                                + " use name or ports");
    }

    @Test
    void warnsOfAGroupThatAllowsNothing() {
        world.apply(group("g"), target("x", rule("HTTPRouteGroup", "g")));
        assertThat(world.grantsOf("x")).isEmpty();
        assertThat(world.problems())
                .containsExactly(
                        "WARNING HTTPRouteGroup shop/g: spec.matches: is empty, so this group"
                                + " allows nothing: add a match to it");
    }

    @Test
    void refusesPortsThatAreNoList() {
        world.apply(
                smi(
                        "TCPRoute",
                        "t",
                        "v1alpha4",
                        Map.of("spec", Map.of("matches", List.of(Map.of("ports", List.of(80)))))));
        world.apply(target("x", rule("TCPRoute", "t")));
        assertThat(world.grantsOf("x")).isEmpty();
        assertThat(world.problems())
                .anySatisfy(
                        p -> assertThat(p).contains("spec.matches: must be an object with fields"));
    }

    @Test
    void changesEveryTargetThatUsesTheGroup() {
        world.apply(group("g", MATCH), target("x", rule("HTTPRouteGroup", "g")));
        world.apply(group("g", MATCH, Map.of("name", "n", "pathRegex", "/n")));
        assertThat(((Grant.Http) world.grantsOf("x").getFirst()).matches()).hasSize(2);
    }
}
