package io.peakmesh.smi.convert;

import static io.peakmesh.smi.convert.RoundTripTest.into;
import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.smi.convert.SmiConversion.Converted.Failed;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SmiConversionTest {
    private static final Map<String, Object> CART = account("cart");
    private static final List<Object> WEB = List.of(account("web"));
    private static final List<Object> ROUTES = List.of(Map.of("kind", "TCPRoute", "name", "t"));

    private static Map<String, Object> account(String name) {
        return Map.of("kind", "ServiceAccount", "name", name);
    }

    private static Map<String, Object> object(
            String kind, String version, Map<String, Object> fields) {
        return object(kind, version, Map.of(), fields);
    }

    private static Map<String, Object> object(
            String kind,
            String version,
            Map<String, String> annotations,
            Map<String, Object> fields) {
        Map<String, Object> metadata = new TreeMap<>(Map.of("name", "x", "namespace", "shop"));
        if (!annotations.isEmpty()) {
            metadata.put("annotations", annotations);
        }
        Map<String, Object> object = new LinkedHashMap<>(fields);
        object.put("apiVersion", RandomSmi.group(kind) + "/" + version);
        object.put("kind", kind);
        object.put("metadata", metadata);
        return object;
    }

    private static Map<String, Object> spec(Object... pairs) {
        return Map.of("spec", fields(pairs));
    }

    private static Map<String, Object> fields(Object... pairs) {
        Map<String, Object> fields = new TreeMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            fields.put((String) pairs[i], pairs[i + 1]);
        }
        return fields;
    }

    private static Map<String, Object> split(String version, Object... weights) {
        return split(version, Map.of(), weights);
    }

    private static Map<String, Object> split(
            String version, Map<String, String> annotations, Object... weights) {
        List<Object> backends = new ArrayList<>();
        for (Object weight : weights) {
            backends.add(Map.of("service", "v" + backends.size(), "weight", weight));
        }
        return object(
                "TrafficSplit",
                version,
                annotations,
                spec("service", "cart", "backends", backends));
    }

    private static Map<String, String> kept(String name, String text) {
        return Map.of(name, text);
    }

    /** This object in the old version is that one in the new, and the way back too. */
    private static void same(Map<String, Object> old, Map<String, Object> newer) {
        assertThat(into(RandomSmi.version(newer), old)).isEqualTo(newer);
        assertThat(into(RandomSmi.version(old), newer)).isEqualTo(old);
    }

    @Test
    void aTargetOfTheFirstVersionGetsASpecAndItsPortIsKept() {
        Map<String, Object> destination = Trees.with(CART, "port", 9091);
        same(
                object(
                        "TrafficTarget",
                        "v1alpha1",
                        fields("destination", destination, "sources", WEB, "specs", ROUTES)),
                object(
                        "TrafficTarget",
                        "v1alpha4",
                        kept(Kept.DESTINATION_PORT, "9091"),
                        spec("destination", CART, "sources", WEB, "rules", ROUTES)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1alpha3", "v1alpha4"})
    void aPortAsTextStaysText(String newer) {
        Map<String, Object> destination = Trees.with(CART, "port", "9091");
        same(
                object("TrafficTarget", "v1alpha2", spec("destination", destination)),
                object(
                        "TrafficTarget",
                        newer,
                        kept(Kept.DESTINATION_PORT, "\"9091\""),
                        spec("destination", CART)));
    }

    @Test
    void aPortWrittenIntoAVersionThatHasNoneStaysWhereItIs() {
        Map<String, Object> spec = spec("destination", Trees.with(CART, "port", "9091"));
        same(
                object("TrafficTarget", "v1alpha4", spec),
                object("TrafficTarget", "v1alpha2", kept(Kept.WRITTEN_AS, "v1alpha4"), spec));
        same(object("TrafficTarget", "v1alpha4", spec), object("TrafficTarget", "v1alpha3", spec));
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1alpha1", "v1alpha2"})
    void theMatchesOfAGroupMoveIntoItsSpecWithHeadersOfEitherForm(String old) {
        List<Object> matches =
                List.of(
                        Map.of("name", "a", "headers", Map.of("X-A", "1", "X-B", "2")),
                        Map.of("name", "b", "headers", List.of(Map.of("X-A", "1"))));
        same(
                object("HTTPRouteGroup", old, fields("matches", matches)),
                object("HTTPRouteGroup", "v1alpha4", spec("matches", matches)));
    }

    @Test
    void matchesAtTheTopOfTheNewestVersionStayThere() {
        Map<String, Object> top = fields("matches", List.of(Map.of("name", "a")));
        same(
                object("HTTPRouteGroup", "v1alpha4", top),
                object("HTTPRouteGroup", "v1alpha1", kept(Kept.WRITTEN_AS, "v1alpha4"), top));
        same(object("HTTPRouteGroup", "v1alpha4", top), object("HTTPRouteGroup", "v1alpha3", top));
    }

    @Test
    void theFirstTcpRoutesHaveNoSpecAndNoPorts() {
        same(object("TCPRoute", "v1alpha1", Map.of()), object("TCPRoute", "v1alpha3", spec()));
        same(object("TCPRoute", "v1alpha2", Map.of()), object("TCPRoute", "v1alpha4", spec()));
        Map<String, Object> ports = spec("matches", Map.of("ports", List.of(80), "name", "a"));
        Map<String, String> kept = kept(Kept.MATCHES, "{\"name\":\"a\",\"ports\":[80]}");
        same(object("TCPRoute", "v1alpha1", kept, Map.of()), object("TCPRoute", "v1alpha4", ports));
        same(object("TCPRoute", "v1alpha3", kept, spec()), object("TCPRoute", "v1alpha4", ports));
    }

    @ParameterizedTest
    @CsvSource({
        "500m, 1, 5, 10",
        "0.5, 1, 5, 10",
        "'1', '1', 1, 1",
        "900m, 100m, 9, 1",
        "'0', 250m, 0, 25"
    })
    void quantitiesAreScaledToWholeNumbersAndComeBackAsTheyWere(
            String first, String second, int scaledFirst, int scaledSecond) {
        same(
                split("v1alpha1", first, second),
                split(
                        "v1alpha4",
                        kept(Kept.WEIGHTS, "[\"" + first + "\",\"" + second + "\"]"),
                        scaledFirst,
                        scaledSecond));
    }

    @Test
    void aQuantityBesideANumberKeepsBothForms() {
        same(
                split("v1alpha1", "500m", 1),
                split("v1alpha2", kept(Kept.WEIGHTS, "[\"500m\",1]"), 5, 10));
        same(split("v1alpha1", 90, 10), split("v1alpha4", 90, 10));
    }

    @Test
    void weightsEditedInTheNewestVersionWin() {
        Map<String, String> stale = kept(Kept.WEIGHTS, "[\"500m\",1]");
        same(split("v1alpha4", stale, 0, 100), split("v1alpha1", stale, 0, 100));
        assertThat(into("v1alpha1", split("v1alpha4", stale, 5, 10, 0)))
                .isEqualTo(split("v1alpha1", stale, 5, 10, 0));
    }

    @Test
    void aMarkThatSomebodyElseWroteBesideVoidWeightsComesBackToo() {
        Map<String, String> annotations =
                Map.of(Kept.WEIGHTS, "[1,2]", Kept.WRITTEN_AS, "v1alpha1");
        for (Object weight : List.of(-1, 0.5)) {
            Map<String, Object> split = split("v1alpha4", annotations, 33.25, weight);
            assertThat(into("v1alpha4", into("v1alpha1", split))).isEqualTo(split);
        }
    }

    /** A patch of the newest version between two applications of an old manifest. */
    @Test
    void quantitiesAppliedAgainAfterAnEditInTheNewestVersionAreConvertedAgain() {
        Map<String, String> stale = kept(Kept.WEIGHTS, "[\"500m\",1]");
        Map<String, Object> again = split("v1alpha4", kept(Kept.WEIGHTS, "[\"250m\",1]"), 25, 100);
        assertThat(into("v1alpha4", split("v1alpha1", stale, "250m", 1))).isEqualTo(again);
        assertThat(into("v1alpha1", again)).isEqualTo(split("v1alpha1", "250m", 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e-3", "1Ki", "-1", "many", "2000000"})
    void aQuantityThatCannotBeUsedStaysAsItIs(String text) {
        same(
                split("v1alpha1", text, "500m"),
                split("v1alpha4", kept(Kept.WRITTEN_AS, "v1alpha1"), text, "500m"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1alpha1", "v1alpha2"})
    void theMatchesOfASplitAreKept(String old) {
        List<Object> matches = List.of(Map.of("kind", "HTTPRouteGroup", "name", "g"));
        same(
                object("TrafficSplit", "v1alpha4", spec("service", "cart", "matches", matches)),
                object(
                        "TrafficSplit",
                        old,
                        kept(Kept.MATCHES, "[{\"kind\":\"HTTPRouteGroup\",\"name\":\"g\"}]"),
                        spec("service", "cart")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "null", "[[[[", "500m", "true", "[1,2] x"})
    void garbageInAnAnnotationIsCarriedAlongAndChangesNothing(String garbage) {
        Map<String, Object> target = spec("destination", CART);
        for (String name : List.of(Kept.DESTINATION_PORT, Kept.MATCHES, Kept.WEIGHTS)) {
            Map<String, Object> split = split("v1alpha4", kept(name, garbage), 1, 2);
            assertThat(into("v1alpha1", split).get("spec")).isEqualTo(split.get("spec"));
            Map<String, Object> object =
                    object("TrafficTarget", "v1alpha4", kept(name, garbage), target);
            assertThat(into("v1alpha2", object).get("spec")).isEqualTo(target.get("spec"));
            assertThat(into("v1alpha4", into("v1alpha1", object))).isEqualTo(object);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "v1alpha1",
                "v1alpha4",
                "v1alpha4 v1alpha1",
                "v1alpha1 v1alpha4 v1alpha1",
                " ",
                "",
                "x"
            })
    void aMarkThatSomebodyElseWroteComesBackToo(String marks) {
        for (String version : List.of("v1alpha1", "v1alpha4")) {
            Map<String, Object> split = split(version, kept(Kept.WRITTEN_AS, marks), 1, 2);
            for (String other : RandomSmi.versions("TrafficSplit")) {
                assertThat(into(version, into(other, split))).isEqualTo(split);
            }
        }
    }

    @Test
    void aMarkOfAHundredThousandWordsIsNoTrap() {
        String marks = "v1alpha4 v1alpha1 ".repeat(14_000) + "v1alpha4";
        Map<String, Object> split = split("v1alpha1", kept(Kept.WRITTEN_AS, marks), 1, 2);
        assertThat(into("v1alpha1", into("v1alpha4", split))).isEqualTo(split);
    }

    @Test
    void matchesTooLargeForAnAnnotationStayInTheObject() {
        List<Object> matches = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            matches.add(Map.of("kind", "HTTPRouteGroup", "name", "group-number-" + i));
        }
        Map<String, Object> spec = spec("service", "cart", "matches", matches);
        same(
                object("TrafficSplit", "v1alpha4", spec),
                object("TrafficSplit", "v1alpha2", kept(Kept.WRITTEN_AS, "v1alpha4"), spec));
    }

    @Test
    void theAnnotationsNeverGrowBeyondWhatTheApiServerTakes() {
        Map<String, String> full = kept("example.com/full", "x".repeat(256 * 1024 - 20));
        Map<String, Object> odd =
                object("TrafficSplit", "v1alpha4", full, spec("matches", List.of()));
        assertThat(into("v1alpha1", odd))
                .isEqualTo(object("TrafficSplit", "v1alpha1", full, spec("matches", List.of())));
    }

    @Test
    void fieldsThatNoVersionHasComeAlong() {
        Map<String, Object> route = Map.of("kind", "TCPRoute", "name", "t", "weight", 3);
        same(
                object(
                        "TrafficTarget",
                        "v1alpha1",
                        fields("destination", CART, "specs", List.of(route), "extra", 1)),
                object(
                        "TrafficTarget",
                        "v1alpha4",
                        Trees.with(
                                spec("destination", CART, "rules", List.of(route)), "extra", 1)));
    }

    @Test
    void whatIsNoObjectOfTheseApisFailsWithAReason() {
        assertThat(SmiConversion.convert(Map.of(), "split.smi-spec.io/v1alpha4"))
                .isEqualTo(
                        new Failed(
                                "the kind is none of SMI's: TrafficTarget, HTTPRouteGroup,"
                                        + " TCPRoute, UDPRoute or TrafficSplit"));
        assertThat(SmiConversion.convert(split("v1alpha1", 1), "split.smi-spec.io/v1"))
                .isEqualTo(
                        new Failed(
                                "a TrafficSplit is wanted in an API version that it does not have:"
                                        + " use one of split.smi-spec.io/ v1alpha1, v1alpha2, v1alpha3,"
                                        + " v1alpha4"));
        assertThat(SmiConversion.convert(split("v1", 1), "split.smi-spec.io/v1alpha4"))
                .isInstanceOf(Failed.class);
        assertThat(
                        SmiConversion.convert(
                                Trees.without(split("v1alpha1", 1), "metadata"),
                                "split.smi-spec.io/v1alpha4"))
                .isEqualTo(new Failed("metadata must be an object with fields: add it"));
        Map<String, Object> numbers = split("v1alpha1", 1);
        numbers.put("metadata", Map.of("annotations", Map.of("a", 1)));
        assertThat(SmiConversion.convert(numbers, "split.smi-spec.io/v1alpha4"))
                .isEqualTo(
                        new Failed("metadata.annotations must be an object of texts: correct it"));
    }
}
