package io.peakmesh.smi.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.model.Mesh;
import io.peakmesh.model.Settings;
import io.peakmesh.smi.object.MeshObject.SmiObject;
import io.peakmesh.smi.object.ObjectEvent;
import io.peakmesh.smi.object.Report;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever stands in an object, the index answers with a mesh. */
class GarbageTest {
    private static final List<String> KINDS =
            List.of("TrafficTarget", "HTTPRouteGroup", "TCPRoute", "UDPRoute", "TrafficSplit", "X");
    private static final List<String> WORDS =
            List.of(
                    "spec",
                    "matches",
                    "name",
                    "kind",
                    "rules",
                    "sources",
                    "destination",
                    "ports",
                    "service",
                    "backends",
                    "weight",
                    "pathRegex",
                    "methods",
                    "headers",
                    "specs",
                    "port",
                    "namespace",
                    "HTTPRouteGroup",
                    "TCPRoute",
                    "cart",
                    "GET",
                    "((a{9}){9}",
                    "500m",
                    "-1",
                    "9".repeat(400),
                    "\u0000\ud800",
                    "",
                    ".",
                    "a..b",
                    "*");

    static java.util.stream.LongStream seeds() {
        return PropertyTest.seeds();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void neverThrowsForRandomTrees(long seed) {
        Random random = new Random(seed);
        Index index = new Index(Settings.byDefault());
        for (int i = 0; i < 300; i++) {
            SmiObject object = garbage(random);
            Mesh mesh = index.apply(List.of(new ObjectEvent.Applied(object)));
            assertThat(mesh.problems())
                    .as("seed %s step %s", seed, i)
                    .allSatisfy(p -> assertThat(p.toString()).hasSizeLessThan(400));
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void neverThrowsForAGoodObjectWithOneWrongPart(long seed) {
        Random random = new Random(seed);
        World world = new World();
        world.apply(World.service("cart", 80), World.service("v1", 80));
        for (int i = 0; i < 300; i++) {
            world.apply(spoilt(random));
        }
        assertThat(world.problems()).allSatisfy(line -> assertThat(line).hasSizeLessThan(400));
    }

    @Test
    void refusesATreeThatContainsItself() {
        Map<String, @Nullable Object> loop = new HashMap<>();
        loop.put("spec", Arrays.asList(loop, loop));
        Map<String, Object> body = new TreeMap<>();
        body.put("spec", loop);
        World world = new World();
        world.apply(World.smi("TrafficSplit", "s", "v1alpha4", body));
        world.apply(World.smi("TrafficSplit", "s", "v1alpha4", body));
        assertThat(world.problems())
                .containsExactly(
                        "ERROR TrafficSplit shop/s: is nested deeper than 32 levels: make it"
                                + " flatter");
    }

    @Test
    void reportsAFewProblemsOfAnObjectWithVeryMany() {
        World world = new World();
        Object[] matches = new Object[1000];
        Arrays.fill(matches, Map.of("name", "same", "pathRegex", "("));
        world.apply(World.group("g", matches));
        assertThat(world.problems()).hasSize(Report.MAX_PROBLEMS);
    }

    private SmiObject garbage(Random random) {
        Map<String, Object> body = new TreeMap<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            Object value = tree(random, 0);
            if (value != null) {
                body.put(pick(random, WORDS.subList(0, 2)), value);
                body.put(pick(random, WORDS), value);
            }
        }
        return World.smi(
                pick(random, KINDS),
                pick(random, List.of("a", "b")),
                pick(random, List.of("v1alpha1", "v1alpha2", "v1alpha3", "v1alpha4", "v2", "")),
                Optional.empty(),
                body);
    }

    private static @Nullable Object tree(Random random, int depth) {
        return switch (random.nextInt(depth > 6 ? 7 : 11)) {
            case 0 -> null;
            case 1 -> random.nextInt();
            case 2 -> random.nextDouble() * 10;
            case 3 -> random.nextBoolean();
            case 4 -> BigInteger.ONE.shiftLeft(random.nextInt(5000)).negate();
            case 5, 6 -> pick(random, WORDS);
            case 7, 8 -> {
                List<@Nullable Object> list = new ArrayList<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    list.add(tree(random, depth + 1));
                }
                yield list;
            }
            default -> {
                Map<@Nullable Object, @Nullable Object> map = new HashMap<>();
                for (int i = random.nextInt(5); i > 0; i--) {
                    Object key = random.nextInt(20) == 0 ? tree(random, 7) : pick(random, WORDS);
                    map.put(key, tree(random, depth + 1));
                }
                yield map;
            }
        };
    }

    private static <T> T pick(Random random, List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    /** A right object in which one value, anywhere, is another. */
    private static SmiObject spoilt(Random random) {
        SmiObject good =
                switch (random.nextInt(4)) {
                    case 0 ->
                            World.group(
                                    "g",
                                    Map.of(
                                            "name",
                                            "m",
                                            "pathRegex",
                                            "/a",
                                            "methods",
                                            List.of("GET"),
                                            "headers",
                                            List.of(Map.of("a", "b"))));
                    case 1 -> World.tcpRoute("t", 80, 81);
                    case 2 -> World.target("t", World.rule("TCPRoute", "t", "m"));
                    default ->
                            World.split(
                                    "s", "cart", World.backend("v1", 1), World.backend("cart", 1));
                };
        Map<String, Object> body = new TreeMap<>();
        good.body()
                .forEach((key, value) -> {
                    Object other = spoil(random, value);
                    if (other != null) {
                        body.put(key, other);
                    }
                });
        return World.smi(good.key().kind(), good.key().name(), "v1alpha4", body);
    }

    private static @Nullable Object spoil(Random random, @Nullable Object value) {
        if (random.nextInt(8) == 0) {
            return tree(random, 4);
        }
        return switch (value) {
            case Map<?, ?> map -> {
                Map<@Nullable Object, @Nullable Object> copy = new HashMap<>();
                map.forEach((key, inner) -> copy.put(key, spoil(random, inner)));
                yield copy;
            }
            case List<?> list -> {
                List<@Nullable Object> copy = new ArrayList<>();
                list.forEach(inner -> copy.add(spoil(random, inner)));
                yield copy;
            }
            case null, default -> value;
        };
    }
}
