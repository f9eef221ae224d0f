package io.peakmesh.smi.index;

import static io.peakmesh.smi.index.World.account;
import static io.peakmesh.smi.index.World.backend;
import static io.peakmesh.smi.index.World.group;
import static io.peakmesh.smi.index.World.inGeneration;
import static io.peakmesh.smi.index.World.key;
import static io.peakmesh.smi.index.World.name;
import static io.peakmesh.smi.index.World.rule;
import static io.peakmesh.smi.index.World.service;
import static io.peakmesh.smi.index.World.smi;
import static io.peakmesh.smi.index.World.split;
import static io.peakmesh.smi.index.World.target;
import static io.peakmesh.smi.index.World.tcpRoute;
import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.model.Invalid;
import io.peakmesh.model.Invalid.Cause;
import io.peakmesh.model.Invalid.Severity;
import io.peakmesh.model.Mesh;
import io.peakmesh.smi.object.MeshObject.SmiObject;
import io.peakmesh.smi.status.Condition;
import io.peakmesh.smi.status.Judgement;
import io.peakmesh.smi.status.JudgementChange;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JudgementsTest {
    private static final Object API = Map.of("name", "api", "pathRegex", "/api");

    private final World world = new World();

    private Judgement judged(String object) {
        return in(world.judged(), object);
    }

    private static Judgement in(Map<String, Judgement> judged, String object) {
        return Objects.requireNonNull(judged.get(object), "nothing new of " + object);
    }

    private static SmiObject withStatus(SmiObject object, Object status) {
        Map<String, Object> body = new TreeMap<>(object.body());
        body.put("status", status);
        return new SmiObject(object.meta(), object.group(), object.version(), body);
    }

    private static SmiObject matched(String name, String root, String group) {
        return smi(
                "TrafficSplit",
                name,
                "v1alpha4",
                Map.of(
                        "spec",
                        Map.of(
                                "service", root,
                                "backends", List.of(backend("v1", 1)),
                                "matches",
                                        List.of(Map.of("kind", "HTTPRouteGroup", "name", group)))));
    }

    @Test
    void tellsOfEachObjectInWhichStateItWasJudged() {
        world.apply(service("cart", 80), service("v1", 80));
        world.apply(inGeneration(split("s", "cart", backend("v1", 1)), "uid-1", 7));
        Judgement judgement = judged("TrafficSplit s");
        assertThat(judgement.object()).isEqualTo(key("TrafficSplit", "s"));
        assertThat(judgement.apiVersion()).isEqualTo("split.smi-spec.io/v1alpha4");
        assertThat(judgement.uid()).isEqualTo("uid-1");
        assertThat(judgement.generation()).isEqualTo(7);
        assertThat(judgement.accepted()).isTrue();
        assertThat(judgement.problems()).isEmpty();
        assertThat(judgement.services()).containsExactly(name("cart"));
        assertThat(judgement.accounts()).isEmpty();
        assertThat(judgement.written()).isEmpty();
        assertThat(world.takeJudgements()).isEmpty();
    }

    @Test
    void keepsWhatFollowsFromTheLastGoodVersionOfARefusedObject() {
        world.apply(split("s", "cart", backend("v1", -1)));
        Judgement never = judged("TrafficSplit s");
        assertThat(never.accepted()).isFalse();
        assertThat(never.services()).isEmpty();
        assertThat(never.problems()).extracting(Invalid::severity).contains(Severity.ERROR);

        world.apply(split("s", "cart", backend("v1", 1)));
        assertThat(judged("TrafficSplit s").accepted()).isTrue();
        world.apply(split("s", "other", backend("v1", -1)));
        Judgement refused = judged("TrafficSplit s");
        assertThat(refused.accepted()).isFalse();
        assertThat(refused.services()).containsExactly(name("cart"));
    }

    @Test
    void tellsWhenAnObjectIsGone() {
        world.apply(split("s", "cart", backend("v1", 1)), split("t", "cart", backend("v1", -1)));
        world.takeJudgements();
        world.delete(split("s", "cart"));
        world.delete(split("t", "cart"));
        assertThat(world.takeJudgements())
                .containsExactly(
                        new JudgementChange.Gone(key("TrafficSplit", "s")),
                        new JudgementChange.Gone(key("TrafficSplit", "t")));
        world.delete(split("s", "cart"));
        world.apply(split("x", "cart", backend("v1", 1)));
        world.delete(split("x", "cart"));
        assertThat(world.takeJudgements()).isEmpty();
    }

    @Test
    void placesATargetAtItsDestinationAndRoutesWhereTheyAreUsed() {
        world.apply(group("g", API), tcpRoute("t", 80), group("unused", API));
        world.apply(target("a", rule("HTTPRouteGroup", "g"), rule("TCPRoute", "t")));
        world.apply(matched("s", "cart", "g"));
        Map<String, Judgement> first = world.judged();
        assertThat(in(first, "TrafficTarget a").accounts()).containsExactly(account("cart"));
        assertThat(in(first, "HTTPRouteGroup g").accounts()).containsExactly(account("cart"));
        assertThat(in(first, "HTTPRouteGroup g").services()).containsExactly(name("cart"));
        assertThat(in(first, "TCPRoute t").accounts()).containsExactly(account("cart"));
        assertThat(in(first, "HTTPRouteGroup unused").accounts()).isEmpty();

        world.apply(matched("s", "web", "g"));
        assertThat(judged("HTTPRouteGroup g").services()).containsExactly(name("web"));
        world.apply(target("a", rule("HTTPRouteGroup", "unused")));
        Map<String, Judgement> then = world.judged();
        assertThat(then)
                .containsOnlyKeys("HTTPRouteGroup g", "HTTPRouteGroup unused", "TCPRoute t");
        assertThat(in(then, "HTTPRouteGroup unused").accounts()).containsExactly(account("cart"));
        assertThat(in(then, "TCPRoute t").accounts()).isEmpty();
        world.delete(matched("s", "web", "g"));
        assertThat(judged("HTTPRouteGroup g").services()).isEmpty();
    }

    @Test
    void judgesAgainWhatRefersToWhatComesAndGoes() {
        world.apply(group("g", API), target("a", rule("HTTPRouteGroup", "g")));
        world.apply(service("cart", 80), split("s", "cart", backend("v1", 1)));
        assertThat(judged("TrafficSplit s").problems())
                .extracting(Invalid::cause)
                .contains(Cause.MISSING_BACKEND);
        world.delete(group("g"));
        Judgement dangling = judged("TrafficTarget a");
        assertThat(dangling.accepted()).isTrue();
        assertThat(dangling.problems())
                .extracting(Invalid::cause)
                .containsExactly(Cause.DANGLING_REFERENCE);
        world.apply(group("g", API));
        assertThat(judged("TrafficTarget a").problems()).isEmpty();
        world.apply(service("v1", 80));
        assertThat(judged("TrafficSplit s").problems()).isEmpty();
    }

    @Test
    void aStatusAloneIsToldAndMakesNoNewMesh() {
        SmiObject split = split("s", "cart", backend("v1", 1));
        Mesh before = world.apply(service("cart", 80), service("v1", 80), split);
        world.takeJudgements();
        Map<String, Object> condition =
                Map.of(
                        "type", "Accepted",
                        "status", "True",
                        "reason", "Accepted",
                        "message", "is in force",
                        "observedGeneration", 3,
                        "lastTransitionTime", "2026-11-23T10:00:00Z");
        SmiObject written = withStatus(split, Map.of("conditions", List.of(condition)));
        assertThat(world.apply(written)).isSameAs(before);
        assertThat(judged("TrafficSplit s").written())
                .containsExactly(
                        new Condition(
                                "Accepted",
                                "True",
                                "Accepted",
                                "is in force",
                                3,
                                Instant.parse("2026-11-23T10:00:00Z")));
        world.apply(written);
        assertThat(world.takeJudgements()).isEmpty();
    }

    @Test
    void noStatusWhateverItHoldsMakesAnObjectUnusable() {
        List<Object> itself = new ArrayList<>();
        itself.add(itself);
        SmiObject group = withStatus(group("g", API), Map.of("conditions", itself));
        world.apply(group);
        assertThat(judged("HTTPRouteGroup g").accepted()).isTrue();
        world.apply(withStatus(split("s", "cart", backend("v1", 1)), "fine"));
        assertThat(judged("TrafficSplit s").accepted()).isTrue();
        assertThat(world.splitOf("cart")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "gone,v1,1,DANGLING_REFERENCE",
        "cart,gone,1,MISSING_BACKEND",
        "cart,other-port,1,PORT_MISMATCH",
        "cart,v1,0,NO_EFFECT",
        "shared,v1,1,CONFLICT",
        "cart,shared,1,NO_EFFECT",
        "cart,cart,1,INVALID"
    })
    void namesTheCauseOfARemarkOnASplit(String root, String leaf, int weight, Cause cause) {
        world.apply(service("cart", 80), service("v1", 80), service("other-port", 81));
        world.apply(service("shared", 80), split("first", "shared", backend("v1", 1)));
        world.apply(split("second", root, backend(leaf, weight)));
        assertThat(judged("TrafficSplit second").problems().getFirst().cause()).isEqualTo(cause);
    }

    @Test
    void namesTheCauseOfARemarkOnATarget() {
        world.apply(group("g", API), target("a", rule("HTTPRouteGroup", "g", "typo")));
        assertThat(judged("TrafficTarget a").problems())
                .extracting(Invalid::cause)
                .containsExactly(Cause.DANGLING_REFERENCE);
        world.apply(
                smi(
                        "TrafficTarget",
                        "b",
                        "v1alpha2",
                        Map.of(
                                "spec",
                                Map.of(
                                        "destination",
                                                Map.of(
                                                        "kind",
                                                        "ServiceAccount",
                                                        "name",
                                                        "cart",
                                                        "port",
                                                        9),
                                        "sources", List.of(World.accountRef("web")),
                                        "rules", List.of(rule("TCPRoute", "t"))))));
        world.apply(tcpRoute("t", 80));
        assertThat(judged("TrafficTarget b").problems())
                .extracting(Invalid::cause)
                .containsExactly(Cause.NO_EFFECT);
    }
}
