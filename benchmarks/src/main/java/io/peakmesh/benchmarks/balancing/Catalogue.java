package io.peakmesh.benchmarks.balancing;

import io.peakmesh.benchmarks.balancing.Behaviour.Failing;
import io.peakmesh.benchmarks.balancing.Behaviour.Freezing;
import io.peakmesh.benchmarks.balancing.Behaviour.Hanging;
import io.peakmesh.benchmarks.balancing.Behaviour.Restarting;
import io.peakmesh.benchmarks.balancing.Behaviour.Slow;
import io.peakmesh.benchmarks.balancing.Behaviour.Sound;
import io.peakmesh.benchmarks.balancing.Behaviour.Stalling;
import io.peakmesh.benchmarks.balancing.Scenario.Backend;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** The scenarios, in the order of the report. */
final class Catalogue {
    static final String EQUAL = "equal";
    static final String SLOW = "slow";
    static final String STALLS = "stalls";
    static final String REFUSES = "refuses";
    static final String HANGS = "hangs";
    static final String FAILS = "fails";
    static final String RECOVERY = "recovery";

    private static final ServiceTime SERVICE = ServiceTime.SHORT;
    private static final int RPS = 400;
    private static final int TIMEOUT_MILLIS = 15_000;
    private static final double SLOWER_MILLIS = 200;

    /** By name: how long each runs by default, and what it is when it runs that long. */
    private static final Map<String, Entry> ENTRIES = entries();

    private record Entry(int seconds, IntFunction<Scenario> scenario) {}

    private static Map<String, Entry> entries() {
        Map<String, Entry> entries = new LinkedHashMap<>();
        entries.put(EQUAL, new Entry(9, Catalogue::equal));
        entries.put(SLOW, new Entry(9, Catalogue::slow));
        entries.put(STALLS, new Entry(9, Catalogue::stalls));
        entries.put("freezes", new Entry(9, Catalogue::freezes));
        entries.put(REFUSES, new Entry(7, Catalogue::refuses));
        entries.put(HANGS, new Entry(7, Catalogue::hangs));
        entries.put(FAILS, new Entry(7, Catalogue::fails));
        entries.put("cold-start", new Entry(9, Catalogue::coldStart));
        entries.put("rolling", new Entry(7, Catalogue::rolling));
        entries.put("zone", new Entry(4, seconds -> zone(seconds, 1)));
        entries.put("zone-weights", new Entry(4, seconds -> zone(seconds, 8)));
        entries.put("hundred", new Entry(6, Catalogue::hundred));
        entries.put("two-clients", new Entry(6, Catalogue::twoClients));
        entries.put(RECOVERY, new Entry(22, Catalogue::recovery));
        entries.put("late", new Entry(12, Catalogue::late));
        entries.put("published", new Entry(60, Catalogue::published));
        return Collections.unmodifiableMap(entries);
    }

    private Catalogue() {}

    static List<String> names() {
        return List.copyOf(ENTRIES.keySet());
    }

    /**
     * @param seconds for how long; empty means its own length
     */
    static Optional<Scenario> named(String name, Optional<Integer> seconds) {
        return Optional.ofNullable(ENTRIES.get(name))
                .map(entry -> entry.scenario().apply(seconds.orElse(entry.seconds())));
    }

    private static Scenario equal(int seconds) {
        return three(EQUAL, "All equal", "Three sound backends.", seconds, new Sound(SERVICE))
                .bad(Set.of())
                .policies(Policy.WITH_FLOOR)
                .build();
    }

    private static Scenario slow(int seconds) {
        return three(
                        SLOW,
                        "One is 200 ms slower",
                        "One of three backends takes 200 ms longer, all the time.",
                        seconds,
                        new Slow(SERVICE, SLOWER_MILLIS, Window.ALWAYS))
                .build();
    }

    private static Scenario stalls(int seconds) {
        return three(
                        STALLS,
                        "One stalls, 10 % for 1 s",
                        "One of three backends takes 1 s longer for every tenth of its requests.",
                        seconds,
                        new Stalling(SERVICE, 10, 1_000))
                .build();
    }

    private static Scenario freezes(int seconds) {
        List<Window> freezes =
                IntStream.of(1, 4, 7)
                        .mapToObj(ninth ->
                                Window.ofSeconds(
                                        ninth / 9.0 * seconds, (ninth + 1) / 9.0 * seconds))
                        .toList();
        return three(
                        "freezes",
                        "One freezes, three times",
                        "One of three backends does nothing for a ninth of the time (1 s of 9), three"
                                + " times.",
                        seconds,
                        new Freezing(SERVICE, freezes))
                .build();
    }

    private static Scenario refuses(int seconds) {
        return three(
                        REFUSES,
                        "One refuses connections",
                        "Nothing listens at the port of one of three backends; no retries.",
                        seconds,
                        new Restarting(SERVICE, List.of(Window.ALWAYS), 0, 0))
                .policies(Policy.WITH_FALLBACK)
                .build();
    }

    private static Scenario hangs(int seconds) {
        return three(
                        HANGS,
                        "One hangs",
                        "One of three backends takes requests and never answers; requests time out"
                                + " after 1 s, no retries.",
                        seconds,
                        new Hanging())
                .timeoutMillis(1_000)
                .policies(Policy.WITH_FALLBACK)
                .build();
    }

    private static Scenario fails(int seconds) {
        return three(
                        FAILS,
                        "One answers 503 at once",
                        "One of three backends answers each request with 503 at once; no retries.",
                        seconds,
                        new Failing(503))
                .policies(Policy.WITH_FALLBACK)
                .build();
    }

    private static Scenario coldStart(int seconds) {
        List<Window> outage = List.of(Window.ofSeconds(seconds / 9.0, seconds * 2 / 9.0));
        return three(
                        "cold-start",
                        "One restarts and is cold",
                        "One of three backends is down for a ninth of the time (1 s of 9), then"
                                + " first takes 500 ms longer, which falls to nothing in five ninths.",
                        seconds,
                        new Restarting(SERVICE, outage, 500, seconds * 5 / 9.0))
                .policies(Policy.WITH_FALLBACK)
                .build();
    }

    /** Each is down for a seventh, with as long between two outages. */
    private static Scenario rolling(int seconds) {
        List<Backend> backends = new ArrayList<>();
        for (int number = 0; number < 3; number++) {
            double from = (1 + 2 * number) * seconds / 7.0;
            Window outage = Window.ofSeconds(from, from + seconds / 7.0);
            backends.add(new Backend(new Restarting(SERVICE, List.of(outage), 0, 0), 1));
        }
        return new Draft(
                        "rolling",
                        "Rolling restart",
                        "Each of three backends in turn is killed and down for a seventh of the time"
                                + " (1 s of 7); no retries.",
                        seconds,
                        backends)
                .policies(Policy.WITH_FALLBACK)
                .build();
    }

    private static Scenario zone(int seconds, int nearWeight) {
        Behaviour far = new Sound(SERVICE.plus(5));
        return new Draft(
                        nearWeight == 1 ? "zone" : "zone-weights",
                        nearWeight == 1
                                ? "A zone 5 ms away"
                                : "A zone 5 ms away, near weighs " + nearWeight,
                        "Two of three backends are in a zone 5 ms away (counted as bad)"
                                + (nearWeight == 1
                                        ? "."
                                        : "; the near one weighs "
                                                + nearWeight
                                                + " times as much."),
                        seconds,
                        List.of(
                                new Backend(new Sound(SERVICE), nearWeight),
                                new Backend(far, 1),
                                new Backend(far, 1)))
                .bad(Set.of(1, 2))
                .build();
    }

    private static Scenario hundred(int seconds) {
        List<Backend> backends = new ArrayList<>(sound(99, SERVICE));
        backends.add(new Backend(new Slow(SERVICE, SLOWER_MILLIS, Window.ALWAYS), 1));
        return new Draft(
                        "hundred",
                        "One of 100 is 200 ms slower",
                        "One of a hundred backends takes 200 ms longer.",
                        seconds,
                        backends)
                .bad(Set.of(99))
                .build();
    }

    private static Scenario twoClients(int seconds) {
        return three(
                        "two-clients",
                        "Two client sidecars",
                        "Two Envoys share the requests; one of three backends takes 200 ms longer.",
                        seconds,
                        new Slow(SERVICE, SLOWER_MILLIS, Window.ALWAYS))
                .clients(2)
                .build();
    }

    private static Scenario recovery(int seconds) {
        return three(
                        RECOVERY,
                        "One recovers",
                        "One of three backends takes 200 ms longer for the first quarter (5.5 s of 22)"
                                + " and is sound from then on.",
                        seconds,
                        new Slow(SERVICE, SLOWER_MILLIS, Window.ofSeconds(-3_600, seconds / 4.0)))
                .policies(List.of(Policy.LEAST_REQUEST, Policy.PEAK_EWMA))
                .build();
    }

    private static Scenario late(int seconds) {
        List<Window> outage = List.of(Window.ofSeconds(-3_600, seconds / 6.0));
        return three(
                        "late",
                        "One listens late",
                        "One of three backends refuses connections for the first sixth (2 s of 12),"
                                + " so from its first request on, and is sound from then on; no"
                                + " retries.",
                        seconds,
                        new Restarting(SERVICE, outage, 0, 0))
                .policies(List.of(Policy.LEAST_REQUEST_EJECTING, Policy.PEAK_EWMA))
                .build();
    }

    /**
     * The experiment of "Beyond Round Robin: Load Balancing for Latency" (Linkerd's blog, 16 March
     * 2016): one client at 1,000 requests a second, 11 backends with a median of 167 ms and a
     * deviation of 5 ms, one of which takes 2 s in the second and third quarter of a minute; with a
     * deadline of 1 s about 95 % succeed by round robin, 99 % by least loaded and 99.9 % by peak
     * EWMA. Long as it is, it is measured once.
     */
    private static Scenario published(int seconds) {
        ServiceTime service = new ServiceTime(167, 5);
        List<Backend> backends = new ArrayList<>(sound(10, service));
        Window slow = Window.ofSeconds(seconds / 4.0, seconds * 3 / 4.0);
        backends.add(new Backend(new Slow(service, 2_000 - 167, slow), 1));
        return new Draft(
                        "published",
                        "Linkerd's published test",
                        "Eleven backends of 167 ms at 1,000 requests a second, one of which takes 2 s"
                                + " in the second and third quarter; success is an answer within 1 s. Measured once.",
                        seconds,
                        backends)
                .bad(Set.of(10))
                .rps(1_000)
                .deadlineMillis(1_000)
                .policies(List.of(Policy.ROUND_ROBIN, Policy.LEAST_REQUEST, Policy.PEAK_EWMA))
                .mostRounds(1)
                .build();
    }

    private static Draft three(
            String name, String title, String what, int seconds, Behaviour third) {
        List<Backend> backends = new ArrayList<>(sound(2, SERVICE));
        backends.add(new Backend(third, 1));
        return new Draft(name, title, what, seconds, backends).bad(Set.of(2));
    }

    private static List<Backend> sound(int number, ServiceTime service) {
        return IntStream.range(0, number)
                .mapToObj(i -> new Backend(new Sound(service), 1))
                .toList();
    }

    /** A scenario being written, with what most of them have in common. */
    private static final class Draft {
        private final String name;
        private final String title;
        private final String what;
        private final int seconds;
        private final List<Backend> backends;
        private int rps = RPS;
        private int clients = 1;
        private int timeoutMillis = TIMEOUT_MILLIS;
        private int deadlineMillis = TIMEOUT_MILLIS;
        private Set<Integer> bad = Set.of();
        private List<Policy> policies = Policy.ALL;
        private int mostRounds = Integer.MAX_VALUE;

        Draft(String name, String title, String what, int seconds, List<Backend> backends) {
            this.name = name;
            this.title = title;
            this.what = what;
            this.seconds = seconds;
            this.backends = backends;
        }

        Draft rps(int number) {
            rps = number;
            return this;
        }

        Draft clients(int number) {
            clients = number;
            return this;
        }

        Draft timeoutMillis(int millis) {
            timeoutMillis = millis;
            return this;
        }

        Draft deadlineMillis(int millis) {
            deadlineMillis = millis;
            return this;
        }

        Draft bad(Set<Integer> numbers) {
            bad = numbers;
            return this;
        }

        Draft policies(List<Policy> list) {
            policies = list;
            return this;
        }

        Draft mostRounds(int number) {
            mostRounds = number;
            return this;
        }

        Scenario build() {
            return new Scenario(
                    name,
                    title,
                    what,
                    seconds,
                    rps,
                    clients,
                    timeoutMillis,
                    deadlineMillis,
                    backends,
                    bad,
                    policies,
                    mostRounds);
        }
    }
}
