package io.peakmesh.peakewma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PropertiesTest {
    private static final long MILLI = 1_000_000;
    private static final PeakEwmaConfig CONFIG = PeakEwmaConfig.DEFAULT;

    private record Request(FakeHost host, long start, long end) {}

    @ParameterizedTest
    @ValueSource(longs = {7, 8, 9})
    void choosesTheSameBySameSeed(long seed) {
        assertThat(run(seed, 2_000, host -> 5 * MILLI))
                .isEqualTo(run(seed, 2_000, host -> 5 * MILLI));
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void costsAreFiniteAndNeverNegativeWhateverHappens(long seed) {
        Random chance = new Random(seed);
        Endpoint endpoint = new Endpoint(CONFIG);
        long now = 0;
        for (int step = 0; step < 20_000; step++) {
            now += chance.nextInt(10) == 0 ? 1L << chance.nextInt(42) : chance.nextInt(1_000);
            happen(endpoint, now, chance.nextInt(6), chance.nextLong(), chance.nextInt(50));
            int outstanding = chance.nextInt(1_000);
            assertThat(endpoint.load(now - chance.nextInt(1_000), outstanding, 1))
                    .as("seed %d step %d", seed, step)
                    .isFinite()
                    .isNotNegative();
        }
    }

    private static void happen(Endpoint endpoint, long now, int what, long span, int outstanding) {
        switch (what) {
            case 0 -> endpoint.picked(now, outstanding);
            case 1 -> endpoint.answered(now, span);
            case 2 -> endpoint.slow(now, span);
            case 3 -> endpoint.failed(now);
            case 4 -> endpoint.error(now, span);
            default -> endpoint.sign();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23})
    void neverChoosesATriedOneWhileASoundOneIsUsable(long seed) {
        Random chance = new Random(seed);
        for (int round = 0; round < 500; round++) {
            List<FakeHost> hosts = new ArrayList<>();
            Set<FakeHost> tried = new HashSet<>();
            for (int index = chance.nextInt(12); index >= 0; index--) {
                Place place =
                        new Place(1, chance.nextInt(3), "", 1, chance.nextInt(5) > 0 || index == 0);
                FakeHost host = new FakeHost("h" + index, new Endpoint(CONFIG), place);
                hosts.add(host);
                if (chance.nextInt(3) > 0) {
                    tried.add(host);
                }
                if (chance.nextInt(3) == 0) {
                    host.endpoint().failed(0);
                }
            }
            List<FakeHost> usable = hosts.stream().filter(h -> h.place().usable()).toList();
            boolean clean =
                    usable.stream()
                            .anyMatch(h -> !tried.contains(h) && h.endpoint().penalty(0, 0) == 0);
            FakeHost chosen = new Balancer<>(CONFIG, hosts).choose(0, chance, tried::contains);
            assertThat(usable).as("seed %d round %d", seed, round).contains(chosen);
            if (clean) {
                assertThat(tried).as("seed %d round %d", seed, round).doesNotContain(chosen);
            }
        }
    }

    @Test
    void givesEachOfManyTheShareThatTwoChoicesMake() {
        int size = 8;
        List<FakeHost> hosts = new ArrayList<>();
        for (int index = 0; index < size; index++) {
            FakeHost host = new FakeHost("h" + index, new Endpoint(CONFIG), Place.DEFAULT);
            host.endpoint().answered(0, (2 + index) * MILLI);
            hosts.add(host);
        }
        Balancer<FakeHost> balancer = new Balancer<>(CONFIG, hosts);
        Map<FakeHost, Integer> picks = new HashMap<>();
        Random chance = new Random(31);
        int draws = 200_000;
        for (int draw = 0; draw < draws; draw++) {
            picks.merge(balancer.choose(0, chance, _ -> false), 1, Integer::sum);
        }
        for (int rank = 0; rank < size; rank++) {
            double share = 2.0 * (size - 1 - rank) / (size * (size - 1));
            assertThat(picks.getOrDefault(hosts.get(rank), 0) / (double) draws)
                    .as("rank %d", rank)
                    .isCloseTo(share, within(0.005));
        }
    }

    @Test
    void sendsALightOneOnlyWhatBothDrawsGiveIt() {
        List<FakeHost> hosts = new ArrayList<>();
        for (int index = 0; index < 3; index++) {
            Place place = Place.DEFAULT.withWeight(index == 0 ? 8 : 1);
            FakeHost host = new FakeHost("h" + index, new Endpoint(CONFIG), place);
            host.endpoint().answered(0, 5 * MILLI);
            hosts.add(host);
        }
        Balancer<FakeHost> balancer = new Balancer<>(CONFIG, hosts);
        Random chance = new Random(35);
        int light = 0;
        for (int draw = 0; draw < 100_000; draw++) {
            light += balancer.choose(0, chance, _ -> false) == hosts.getFirst() ? 0 : 1;
        }
        assertThat(light / 100_000.0).isCloseTo(0.2 * 0.5, within(0.005));
    }

    @Test
    void asksAgainOneWhoseFirstRequestFailed() {
        List<FakeHost> hosts = new ArrayList<>();
        for (int index = 0; index < 3; index++) {
            hosts.add(new FakeHost("h" + index, new Endpoint(CONFIG), Place.DEFAULT));
        }
        Balancer<FakeHost> balancer = new Balancer<>(CONFIG, hosts);
        Random chance = new Random(37);
        int late = 0;
        for (long now = 0; now < 20_000 * MILLI; now += 5 * MILLI) {
            FakeHost chosen = balancer.choose(now, chance, _ -> false);
            if (chosen == null) {
                throw new AssertionError("nothing chosen at " + now);
            }
            chosen.endpoint().picked(now, 0);
            if (chosen == hosts.getFirst() && now < 2_000 * MILLI) {
                chosen.endpoint().failed(now);
            } else {
                chosen.endpoint().answered(now, 2 * MILLI);
                late += chosen == hosts.getFirst() && now >= 10_000 * MILLI ? 1 : 0;
            }
        }
        assertThat(late).isBetween(600, 740);
    }

    @Test
    void spillsByTheHealthOfAPriority() {
        List<FakeHost> hosts = new ArrayList<>();
        for (int index = 0; index < 8; index++) {
            hosts.add(
                    new FakeHost(
                            "h" + index,
                            new Endpoint(CONFIG),
                            new Place(1, index / 4, "", 1, index > 1)));
        }
        Balancer<FakeHost> balancer = new Balancer<>(CONFIG, hosts);
        Random chance = new Random(41);
        int second = 0;
        for (int draw = 0; draw < 100_000; draw++) {
            FakeHost chosen = balancer.choose(0, chance, _ -> false);
            second += chosen != null && chosen.place().priority() == 1 ? 1 : 0;
        }
        assertThat(second / 100_000.0).isCloseTo(0.3, within(0.005));
    }

    @Test
    void givesASlowOneOfThreeNearlyNothing() {
        List<String> picks =
                run(51, 20_000, host -> host.address.equals("h0") ? 200 * MILLI : 2 * MILLI);
        assertThat(picks.stream().filter("h0"::equals).count()).isBetween(1L, 100L);
    }

    @Test
    void givesEqualsEqualShares() {
        List<String> picks = run(61, 20_000, _ -> 5 * MILLI);
        for (String address : List.of("h0", "h1", "h2")) {
            assertThat(picks.stream().filter(address::equals).count()).isBetween(6_000L, 7_400L);
        }
    }

    /** Three endpoints, a request every millisecond, each answered in its endpoint's time. */
    private static List<String> run(long seed, int count, Function<FakeHost, Long> time) {
        List<FakeHost> hosts = new ArrayList<>();
        for (int index = 0; index < 3; index++) {
            hosts.add(new FakeHost("h" + index, new Endpoint(CONFIG), Place.DEFAULT));
        }
        Balancer<FakeHost> balancer = new Balancer<>(CONFIG, hosts);
        Random chance = new Random(seed);
        PriorityQueue<Request> running =
                new PriorityQueue<>(Comparator.comparingLong(Request::end));
        List<String> picks = new ArrayList<>();
        for (long now = 0; picks.size() < count; now += MILLI) {
            while (!running.isEmpty() && running.peek().end() <= now) {
                Request done = running.remove();
                done.host().outstanding--;
                done.host().endpoint().answered(done.end(), done.end() - done.start());
            }
            FakeHost chosen = balancer.choose(now, chance, _ -> false);
            if (chosen == null) {
                throw new AssertionError("nothing chosen at " + now);
            }
            chosen.endpoint().picked(now, chosen.outstanding++);
            long jitter = chance.nextInt(100_000);
            running.add(new Request(chosen, now, now + time.apply(chosen) + jitter));
            picks.add(chosen.address);
        }
        return picks;
    }

    @Test
    void staysSoundWhenManyThreadsTellAndAskAtOnce() throws Exception {
        Endpoint endpoint = new Endpoint(CONFIG);
        List<Future<Double>> lowest = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            for (int thread = 0; thread < 4; thread++) {
                Random chance = new Random(71 + thread);
                lowest.add(
                        threads.submit(() -> {
                            double low = Double.MAX_VALUE;
                            for (int step = 0; step < 100_000; step++) {
                                long now = step * 1_000L;
                                happen(
                                        endpoint,
                                        now,
                                        chance.nextInt(6),
                                        chance.nextInt(),
                                        step % 3);
                                double load = endpoint.load(now, step % 4, 1);
                                low = load >= 0 && load < 1e20 ? Math.min(low, load) : -1;
                            }
                            return low;
                        }));
            }
        }
        for (Future<Double> low : lowest) {
            assertThat(low.get()).isNotNegative();
        }
    }
}
