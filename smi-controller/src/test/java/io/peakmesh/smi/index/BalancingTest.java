package io.peakmesh.smi.index;

import static io.peakmesh.smi.index.World.map;
import static io.peakmesh.smi.index.World.port;
import static io.peakmesh.smi.index.World.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.model.Balancing;
import io.peakmesh.model.Balancing.HashOn;
import io.peakmesh.model.Balancing.PeakEwma;
import io.peakmesh.model.Balancing.Policy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The annotations of a Service that say how callers choose among its endpoints. */
class BalancingTest {
    private static final String POLICY = "peakmesh.io/balancing";
    private static final String HASH_ON = "peakmesh.io/hash-on";
    private static final List<String> TIMES =
            List.of("decay", "default-rtt", "failure-penalty", "error-penalty", "max-retry-after");

    private final World world = new World();

    private Balancing balancing(String... annotations) {
        world.apply(service("cart", map(annotations), port("http", 80, "")));
        return world.model("cart").balancing();
    }

    private static String problem(String severity, String annotation, String reason) {
        return severity + " Service shop/cart: metadata.annotations[" + annotation + "]: " + reason;
    }

    @ParameterizedTest
    @CsvSource({
        "default,PEAK_EWMA",
        "peak-ewma,PEAK_EWMA",
        "least-request,LEAST_REQUEST",
        "round-robin,ROUND_ROBIN",
        "random,RANDOM",
        "ring-hash,RING_HASH",
        "maglev,MAGLEV"
    })
    void readsThePolicy(String word, Policy policy) {
        assertThat(balancing(POLICY, word)).isEqualTo(Balancing.of(policy));
        assertThat(world.problems()).isEmpty();
        assertThat(balancing()).isEqualTo(Balancing.DEFAULT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"magic", "", "Random", " random", "PEAK_EWMA"})
    void keepsTheLastGoodPolicyAndSaysWhichThereAre(String bad) {
        assertThat(balancing(POLICY, "random").policy()).isEqualTo(Policy.RANDOM);
        assertThat(balancing(POLICY, bad).policy()).isEqualTo(Policy.RANDOM);
        assertThat(world.problems())
                .containsExactly(
                        problem(
                                "ERROR",
                                POLICY,
                                "must be default, peak-ewma, least-request, round-robin, random,"
                                        + " ring-hash or maglev, is '"
                                        + bad
                                        + "'"));
        assertThat(balancing(POLICY, "maglev").policy()).isEqualTo(Policy.MAGLEV);
        assertThat(world.problems()).isEmpty();
    }

    @Test
    void readsEveryTimeOfPeakEwma() {
        Balancing balancing =
                balancing(
                        "peakmesh.io/balancing-decay", "2m",
                        "peakmesh.io/balancing-default-rtt", "1s500ms",
                        "peakmesh.io/balancing-failure-penalty", "1s",
                        "peakmesh.io/balancing-error-penalty", "0s",
                        "peakmesh.io/balancing-max-retry-after", "5m");
        assertThat(balancing.policy()).isEqualTo(Policy.PEAK_EWMA);
        assertThat(balancing.peakEwma()).isEqualTo(new PeakEwma(120_000, 1_500, 1_000, 0, 300_000));
        assertThat(world.problems()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "decay,1ms,0ms,600s,600001ms,from 1ms to 600s",
        "default-rtt,1ms,0s,1m,60001ms,from 1ms to 60s",
        "failure-penalty,0s,-1ms,60s,61s,from 0s to 60s",
        "error-penalty,0ms,-0s,60000ms,1h,from 0s to 60s",
        "max-retry-after,0m,0,300s,5m1ms,from 0s to 300s"
    })
    void takesATimeWithinItsRangeAndKeepsTheLastGoodOneElse(
            String name, String least, String below, String most, String above, String range) {
        String annotation = POLICY + "-" + name;
        balancing(annotation, least);
        assertThat(world.problems()).isEmpty();
        Balancing good = balancing(annotation, most);
        assertThat(world.problems()).isEmpty();
        assertThat(good).isNotEqualTo(Balancing.DEFAULT);
        for (String bad : List.of(below, above, "", "5", "1.5s", "5 s", "5S", "99999999s", "s")) {
            assertThat(balancing(annotation, bad)).isEqualTo(good);
            assertThat(world.problems())
                    .containsExactly(
                            problem(
                                    "ERROR",
                                    annotation,
                                    "must be a duration "
                                            + range
                                            + " such as 500ms or 5s, is '"
                                            + bad
                                            + "'"));
        }
        assertThat(balancing()).isEqualTo(Balancing.DEFAULT);
    }

    @Test
    void keepsOnlyTheOneSettingThatCannotBeReadAsItWas() {
        String decay = "peakmesh.io/balancing-decay";
        String penalty = "peakmesh.io/balancing-error-penalty";
        balancing(decay, "10s", penalty, "1s");
        assertThat(balancing(decay, "soon", penalty, "2s").peakEwma())
                .isEqualTo(new PeakEwma(10_000, 30, 5_000, 2_000, 30_000));
        balancing(POLICY, "random", decay, "soon", penalty, "2s");
        assertThat(balancing(decay, "soon").peakEwma())
                .as("read before the policy did not use it")
                .isEqualTo(new PeakEwma(10_000, 30, 5_000, 5_000, 30_000));
    }

    @Test
    void startsFromTheDefaultWhereNothingWasReadBefore() {
        assertThat(balancing(POLICY, "?", "peakmesh.io/balancing-decay", "?", HASH_ON, "?"))
                .isEqualTo(Balancing.DEFAULT);
        assertThat(world.problems()).hasSize(3).allMatch(p -> p.startsWith("ERROR"));
        world.delete(service("cart", 80));
        assertThat(world.problems()).isEmpty();
    }

    @Test
    void readsWhatTheHashIsOf() {
        assertThat(balancing(POLICY, "maglev", HASH_ON, "source-address").hashOn())
                .contains(new HashOn.SourceAddress());
        assertThat(balancing(POLICY, "maglev", HASH_ON, "header:X-User_Id").hashOn())
                .contains(new HashOn.Header("x-user_id"));
        assertThat(balancing(POLICY, "ring-hash", HASH_ON, "cookie:Session").hashOn())
                .contains(new HashOn.Cookie("Session"));
        assertThat(balancing(POLICY, "ring-hash").hashOn()).isEmpty();
        assertThat(world.problems()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "header",
                "header:",
                "header:a b",
                "header::path",
                "header: x",
                "header:ü",
                "cookie:",
                "cookie:a=b",
                "cookie:a;b",
                "Header:x",
                "query:x",
                ":x",
                "source-address:",
                "address"
            })
    void keepsTheLastGoodHashWhenTheNewOneCannotBeRead(String bad) {
        balancing(POLICY, "maglev", HASH_ON, "header:x");
        assertThat(balancing(POLICY, "maglev", HASH_ON, bad).hashOn())
                .contains(new HashOn.Header("x"));
        assertThat(world.problems())
                .containsExactly(
                        problem(
                                "ERROR",
                                HASH_ON,
                                "must be source-address, header:NAME or cookie:NAME, where NAME is"
                                        + " of letters, digits and !#$%&'*+-.^_`|~, at most 100, is '"
                                        + bad
                                        + "'"));
    }

    @Test
    void boundsTheNameThatTheHashIsOf() {
        String longest = "n".repeat(100);
        assertThat(balancing(POLICY, "maglev", HASH_ON, "cookie:" + longest).hashOn())
                .contains(new HashOn.Cookie(longest));
        balancing(POLICY, "maglev", HASH_ON, "cookie:" + longest + "n");
        assertThat(world.problems()).singleElement().asString().startsWith("ERROR");
    }

    @Test
    void remarksOnSettingsThatThePolicyDoesNotUse() {
        Balancing balancing =
                balancing(
                        POLICY,
                        "round-robin",
                        "peakmesh.io/balancing-decay",
                        "1s",
                        HASH_ON,
                        "cookie:u");
        assertThat(balancing).isEqualTo(Balancing.of(Policy.ROUND_ROBIN));
        assertThat(world.problems())
                .containsExactly(
                        problem(
                                "WARNING",
                                "peakmesh.io/balancing-decay",
                                "has no effect with balancing round-robin: only peak-ewma uses it"),
                        problem(
                                "WARNING",
                                HASH_ON,
                                "has no effect with balancing round-robin: only ring-hash and"
                                        + " maglev use it"));
        assertThat(balancing(HASH_ON, "cookie:u")).isEqualTo(Balancing.DEFAULT);
        assertThat(world.problems())
                .containsExactly(
                        problem(
                                "WARNING",
                                HASH_ON,
                                "has no effect with balancing default: only ring-hash and maglev"
                                        + " use it"));
        balancing(POLICY, "maglv", HASH_ON, "cookie:u");
        assertThat(world.problems())
                .as("not what only follows from a mistake")
                .singleElement()
                .asString()
                .startsWith("ERROR");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "peakmesh.io/balancing-decai",
                "peakmesh.io/balancing_decay",
                "peakmesh.io/balancings",
                "peakmesh.io/hash",
                "peakmesh.io/hash-one"
            })
    void remarksOnAnAnnotationOfAnUnknownName(String name) {
        assertThat(balancing(name, "5s")).isEqualTo(Balancing.DEFAULT);
        assertThat(world.problems())
                .containsExactly(
                        "WARNING Service shop/cart: metadata.annotations: has '"
                                + name
                                + "', which is not known and has no effect: use"
                                + " peakmesh.io/balancing, peakmesh.io/balancing-decay,"
                                + " peakmesh.io/balancing-default-rtt,"
                                + " peakmesh.io/balancing-failure-penalty,"
                                + " peakmesh.io/balancing-error-penalty,"
                                + " peakmesh.io/balancing-max-retry-after or peakmesh.io/hash-on");
    }

    @Test
    void remarksOnAHashOverHttpWhereNoPortSpeaksIt() {
        Map<String, String> hashed = map(POLICY, "maglev", HASH_ON, "header:x");
        world.apply(service("cart", hashed, port("tcp", 80, ""), port("web", 3306, "")));
        assertThat(world.problems())
                .containsExactly(
                        problem(
                                "WARNING",
                                HASH_ON,
                                "has no effect, since no port of the service speaks HTTP: use"
                                        + " source-address"));
        world.apply(World.namespace("config.peakmesh.io/opaque-ports", ""));
        assertThat(world.problems()).as("port 3306 may speak it now").isEmpty();
        world.apply(World.namespace());
        assertThat(world.problems()).hasSize(1);
        world.apply(
                service(
                        "cart",
                        map(POLICY, "maglev", HASH_ON, "source-address"),
                        port("tcp", 80, "")));
        assertThat(world.problems()).isEmpty();
        world.apply(service("cart", hashed, port("tcp", 80, "")));
        world.delete(service("cart", 80));
        assertThat(world.problems()).isEmpty();
    }

    static java.util.stream.LongStream seeds() {
        return PropertyTest.seeds();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void staysWithinTheRangesWhateverTheAnnotationsHold(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 50; i++) {
            TreeMap<String, String> annotations = new TreeMap<>();
            TIMES.forEach(name -> annotations.put(POLICY + "-" + name, garbage(random)));
            annotations.put(POLICY, random.nextBoolean() ? "maglev" : garbage(random));
            annotations.put(HASH_ON, garbage(random));
            annotations.put(POLICY + garbage(random), garbage(random));
            world.apply(service("cart", annotations, port("", 80, "")));
            Balancing balancing = world.model("cart").balancing();
            PeakEwma times = balancing.peakEwma();
            assertThat(times.decayMillis()).isBetween(1, 600_000);
            assertThat(times.defaultRttMillis()).isBetween(1, 60_000);
            assertThat(times.failurePenaltyMillis()).isBetween(0, 60_000);
            assertThat(times.errorPenaltyMillis()).isBetween(0, 60_000);
            assertThat(times.maxRetryAfterMillis()).isBetween(0, 300_000);
            Optional<String> name =
                    balancing
                            .hashOn()
                            .map(hash ->
                                    hash instanceof HashOn.Header(String header) ? header : "x");
            assertThat(name.orElse("x")).matches("[!-~&&[^A-Z:;,=]]{1,100}");
            assertThat(world.problems())
                    .allSatisfy(line ->
                            assertThat(line.chars().noneMatch(Character::isISOControl)).isTrue());
        }
    }

    private static String garbage(Random random) {
        List<String> parts =
                List.of(
                        "5", "0", "999999", "ms", "s", "h", "header:", "cookie:", "X", "-", "\n",
                        "é");
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(4); i >= 0; i--) {
            text.append(parts.get(random.nextInt(parts.size())));
        }
        return text.toString();
    }
}
