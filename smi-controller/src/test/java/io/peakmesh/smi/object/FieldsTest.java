package io.peakmesh.smi.object;

import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.model.Invalid;
import io.peakmesh.model.ObjectRef;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FieldsTest {
    private final List<Invalid> sink = new ArrayList<>();

    private Fields read(Map<?, ?> tree) {
        return Fields.of(new ObjectRef("Service", "shop", "cart", "cart.yaml"), tree, sink);
    }

    private List<String> problems() {
        return sink.stream().map(p -> p.field() + ": " + p.reason()).toList();
    }

    @Test
    void readsWhatIsThere() {
        Fields spec =
                read(Map.of(
                                "spec",
                                Map.of(
                                        "name", "a",
                                        "on", true,
                                        "ports", List.of(Map.of("port", 80L)),
                                        "words", List.of("x", "y"),
                                        "numbers", List.of(1, 2.0),
                                        "labels", Map.of("app", "cart"))))
                        .object("spec");
        assertThat(spec.string("name")).isEqualTo("a");
        assertThat(spec.bool("on", false)).isTrue();
        assertThat(spec.list("ports").getFirst().integer("port", 1, 65535)).isEqualTo(80);
        assertThat(spec.strings("words", 5)).containsExactly("x", "y");
        assertThat(spec.integers("numbers", 5, 0, 9)).containsExactly(1, 2);
        assertThat(spec.stringMap("labels", 5)).containsEntry("app", "cart");
        assertThat(sink).isEmpty();
        assertThat(spec.failed()).isFalse();
    }

    @Test
    void namesThePathAndTheValueOfAWrongNumber() {
        Fields spec = read(Map.of("spec", Map.of("ports", List.of(Map.of("port", "abc")))));
        spec.object("spec").list("ports").getFirst().optionalInt("port", 1, 65535);
        assertThat(problems())
                .containsExactly(
                        "spec.ports[0].port: must be a whole number from 1 to 65535, is 'abc'");
        assertThat(spec.failed()).isTrue();
        assertThat(sink.getFirst().toString()).startsWith("cart.yaml: Service shop/cart: spec.");
    }

    @Test
    void saysWhatToDoAboutQuotes() {
        Fields root = read(Map.of("port", "80", "label", 80));
        root.integer("port", 1, 65535);
        root.string("label");
        assertThat(problems())
                .containsExactly(
                        "port: must be a whole number from 1 to 65535, is '80': leave out the"
                                + " quotes",
                        "label: must be text, is 80: put it in quotes");
    }

    @Test
    void readsWrongKindsAsEmptyAndReportsEach() {
        Fields root =
                read(
                        Map.of(
                                "object", List.of(),
                                "list", "text",
                                "items", Arrays.asList(null, 1),
                                "bool", "yes",
                                "map", Map.of("a", Map.of())));
        assertThat(root.object("object").names()).isEmpty();
        assertThat(root.list("list")).isEmpty();
        assertThat(root.list("items")).isEmpty();
        assertThat(root.bool("bool", true)).isTrue();
        assertThat(root.stringMap("map", 3)).isEmpty();
        assertThat(root.string("gone")).isEmpty();
        assertThat(problems())
                .containsExactly(
                        "object: must be an object with fields, is a list of 0",
                        "list: must be a list, is 'text'",
                        "items[0]: must be an object with fields, is empty",
                        "items[1]: must be an object with fields, is 1",
                        "bool: must be true or false, is 'yes'",
                        "map.a: must be text, is an object of 0 fields",
                        "gone: is missing: add it");
    }

    @Test
    void takesWholeNumbersInEveryFormAndNothingElse() {
        for (Object good :
                List.of(7, 7L, (short) 7, 7.0, 7f, BigInteger.valueOf(7), new BigDecimal("7.0"))) {
            assertThat(read(Map.of("n", good)).integer("n", 0, 9)).isEqualTo(7);
        }
        assertThat(sink).isEmpty();
        for (Object bad :
                List.of(7.5, Double.NaN, 1L << 40, BigInteger.ONE.shiftLeft(9999), 10, -1, true)) {
            assertThat(read(Map.of("n", bad)).optionalInt("n", 0, 9)).isEmpty();
        }
        assertThat(sink).hasSize(7).allSatisfy(p -> assertThat(p.reason()).hasSizeLessThan(120));
    }

    @Test
    void quotesAtMostSixtyCharactersOnOneLine() {
        read(Map.of("n", "line\n".repeat(1000))).integer("n", 0, 9);
        assertThat(sink.getFirst().reason()).doesNotContain("\n").hasSizeLessThan(130);
    }

    @Test
    void refusesATreeThatIsTooDeepTooLargeOrContainsItself() {
        Map<String, Object> deep = Map.of();
        for (int i = 0; i < 100_000; i++) {
            deep = Map.of("a", deep);
        }
        assertThat(read(deep).names()).isEmpty();
        Map<String, Object> loop = new HashMap<>();
        loop.put("a", List.of(loop, loop));
        assertThat(read(loop).failed()).isTrue();
        List<Object> laughs = List.of("ha");
        for (int i = 0; i < 20; i++) {
            laughs = List.of(laughs, laughs, laughs, laughs);
        }
        assertThat(read(Map.of("lol", laughs)).failed()).isTrue();
        assertThat(problems())
                .containsExactly(
                        ": is nested deeper than 32 levels: make it flatter",
                        ": is nested deeper than 32 levels: make it flatter",
                        ": holds more than 100000 values: make it smaller");
    }

    @Test
    void reportsAtMostTwentyProblemsOfOneObject() {
        Fields root = read(Map.of("ports", java.util.Collections.nCopies(500, "x")));
        root.list("ports");
        assertThat(sink).hasSize(Report.MAX_PROBLEMS);
        assertThat(sink.getLast().reason()).contains("more problems");
        assertThat(root.errors()).isEqualTo(500);
    }

    @Test
    void reportsAMissingObjectOnceAndNotWhatIsMissingInIt() {
        Fields root = read(Map.of("wrong", 1));
        assertThat(root.requiredObject("gone").string("name")).isEmpty();
        assertThat(root.object("wrong").requiredObject("deeper").integer("n", 3, 9)).isEqualTo(3);
        assertThat(root.object("wrong").failed()).isTrue();
        assertThat(problems())
                .startsWith(
                        "gone: is missing: add it", "wrong: must be an object with fields, is 1")
                .hasSize(3);
    }

    @Test
    void cutsLongNamesInPaths() {
        read(Map.of("m", Map.of("k\n".repeat(999), 1))).stringMap("m", 3);
        assertThat(sink.getFirst().toString()).doesNotContain("\n").hasSizeLessThan(200);
    }

    @Test
    void refusesAListBeyondItsLimit() {
        assertThat(read(Map.of("ports", List.of(1, 2, 3))).integers("ports", 2, 0, 9)).isEmpty();
        assertThat(problems()).containsExactly("ports: has 3 entries: at most 2 are taken");
    }

    @Test
    void readsKeysThatAreNumbersAsText() {
        assertThat(read(Map.of("m", Map.of(80, "web"))).stringMap("m", 3))
                .containsEntry("80", "web");
        assertThat(sink).isEmpty();
    }
}
