package io.peakmesh.peakewma;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * Makes a long vector from a seed: requests come and end in every way, endpoints come and go, and
 * what this implementation says is written down for the other one.
 */
final class SeededVector {
    private static final int STEPS = 240;
    private static final MathContext DIGITS = new MathContext(12);

    private final Random chance;
    private final Map<String, Object> configJson = new TreeMap<>();
    private final PeakEwmaConfig config;
    private final List<String> lines = new ArrayList<>();
    private final List<FakeHost> waiting = new ArrayList<>();
    private final Map<String, Endpoint> known = new LinkedHashMap<>();
    private List<FakeHost> hosts = List.of();
    private Balancer<FakeHost> balancer;
    private long now;

    private SeededVector(long seed) {
        chance = new Random(seed);
        configJson.put("decay_ms", 100 + chance.nextInt(10_000));
        configJson.put("default_rtt_ms", 1 + chance.nextInt(100));
        configJson.put("failure_penalty_ms", chance.nextInt(3_000));
        configJson.put("error_penalty_ms", chance.nextInt(3_000));
        configJson.put("max_retry_after_ms", chance.nextInt(5_000));
        configJson.put("locality_weighted", seed % 3 == 0);
        config = PeakEwmaConfig.read(configJson);
        balancer = new Balancer<>(config, hosts);
    }

    static String text(long seed) {
        SeededVector vector = new SeededVector(seed);
        String first = vector.changeHosts();
        for (int step = 0; step < STEPS; step++) {
            vector.now += vector.chance.nextInt(40_000_000);
            vector.step();
        }
        return """
        {
          "name": "what came of seed %d",
          "config": %s,
          "hosts": %s,
          "steps": [
            %s
          ]
        }
        """
                .formatted(
                        seed,
                        object(vector.configJson),
                        first,
                        String.join(",\n    ", vector.lines));
    }

    private void step() {
        int dice = chance.nextInt(100);
        if (dice < 45) {
            pick();
        } else if (dice < 75 && !waiting.isEmpty()) {
            end(waiting.remove(chance.nextInt(waiting.size())));
        } else if (dice < 80 && !waiting.isEmpty()) {
            FakeHost host = waiting.get(chance.nextInt(waiting.size()));
            if (dice == 79) {
                host.endpoint().sign();
                line("sign", "\"host\": \"" + host + "\"");
            } else {
                long elapsed = chance.nextInt(2_000_000_000);
                host.endpoint().slow(now, elapsed);
                line("slow", "\"host\": \"%s\", \"elapsed\": %d".formatted(host, elapsed));
            }
        } else if (dice < 83) {
            line("hosts", "\"hosts\": " + changeHosts());
        } else {
            look(hosts.get(chance.nextInt(hosts.size())));
        }
    }

    private void pick() {
        List<Long> numbers = new ArrayList<>();
        RandomGenerator recorded =
                () -> {
                    numbers.add(chance.nextLong());
                    return numbers.getLast();
                };
        Set<String> tried = new TreeSet<>();
        if (chance.nextInt(4) == 0) {
            for (int count = chance.nextInt(3); count >= 0; count--) {
                tried.add(hosts.get(chance.nextInt(hosts.size())).address);
            }
        }
        Map<String, Integer> outstanding = new TreeMap<>();
        for (FakeHost host : hosts) {
            host.outstanding = Collections.frequency(waiting, host);
            if (host.outstanding > 0) {
                outstanding.put(host.address, host.outstanding);
            }
        }
        FakeHost chosen = balancer.choose(now, recorded, host -> tried.contains(host.address));
        String random =
                numbers.stream()
                        .map(number -> "\"0x" + Long.toHexString(number) + "\"")
                        .collect(Collectors.joining(", ", "[", "]"));
        String names =
                tried.stream().map(name -> "\"" + name + "\"").collect(Collectors.joining(", "));
        line(
                "pick",
                "\"random\": %s, \"outstanding\": %s, \"tried\": [%s], \"expect\": %s"
                        .formatted(
                                random,
                                object(outstanding),
                                names,
                                chosen == null ? "null" : "\"" + chosen + "\""));
        if (chosen != null) {
            chosen.endpoint().picked(now, chosen.outstanding);
            waiting.add(chosen);
        }
    }

    private void end(FakeHost host) {
        switch (chance.nextInt(6)) {
            case 0 -> {
                host.endpoint().failed(now);
                line("failed", "\"host\": \"" + host + "\"");
            }
            case 1 -> {
                long after = chance.nextBoolean() ? 0 : chance.nextInt(2_000_000_000);
                host.endpoint().error(now, after);
                line("error", "\"host\": \"%s\", \"retry_after\": %d".formatted(host, after));
            }
            default -> {
                long rtt = 1_000L << chance.nextInt(20);
                rtt += chance.nextInt(1_000);
                host.endpoint().answered(now, rtt);
                line("answered", "\"host\": \"%s\", \"rtt\": %d".formatted(host, rtt));
            }
        }
    }

    private void look(FakeHost host) {
        int outstanding = Collections.frequency(waiting, host);
        Endpoint endpoint = host.endpoint();
        line(
                "look",
                "\"host\": \"%s\", \"outstanding\": %d, \"expect\": {\"cost\": %s, \"silence\": %s, \"penalty\": %s, \"load\": %s}"
                        .formatted(
                                host,
                                outstanding,
                                number(endpoint.estimate(now, outstanding)),
                                number(endpoint.silence(now, outstanding)),
                                number(endpoint.penalty(now, outstanding)),
                                number(endpoint.load(now, outstanding, host.place().weight()))));
    }

    /** Takes some away, adds some, and moves the rest; what stays is known as before. */
    private String changeHosts() {
        List<FakeHost> next = new ArrayList<>();
        List<String> json = new ArrayList<>();
        for (int index = 0; index < 10; index++) {
            String address = "h" + index;
            if (chance.nextInt(10) < 3 && !(index == 9 && next.isEmpty())) {
                known.remove(address);
                continue;
            }
            String locality = chance.nextBoolean() ? "east" : "west";
            int priority = chance.nextInt(10) < 7 ? 0 : 1 + chance.nextInt(2);
            Place place =
                    new Place(
                            1 + chance.nextInt(3),
                            priority,
                            locality,
                            locality.equals("east") ? 1 : 3,
                            chance.nextInt(10) < 7);
            next.add(
                    new FakeHost(
                            address,
                            known.computeIfAbsent(address, _ -> new Endpoint(config)),
                            place));
            json.add(
                    "{\"address\": \"%s\", \"weight\": %d, \"priority\": %d, \"locality\": \"%s\", \"locality_weight\": %d, \"healthy\": %s}"
                            .formatted(
                                    address,
                                    place.weight(),
                                    priority,
                                    locality,
                                    place.localityWeight(),
                                    place.usable()));
        }
        List<String> before = waiting.stream().map(FakeHost::toString).toList();
        waiting.clear();
        for (FakeHost host : next) {
            if (hosts.stream().anyMatch(old -> old.endpoint().equals(host.endpoint()))) {
                for (int count = Collections.frequency(before, host.address); count > 0; count--) {
                    waiting.add(host);
                }
            }
        }
        hosts = List.copyOf(next);
        balancer = new Balancer<>(config, hosts);
        return "[" + String.join(", ", json) + "]";
    }

    private void line(String what, String rest) {
        lines.add("{\"at\": %d, \"do\": \"%s\", %s}".formatted(now, what, rest));
    }

    private static String object(Map<String, ?> fields) {
        return fields.entrySet().stream()
                .map(field -> "\"" + field.getKey() + "\": " + field.getValue())
                .collect(Collectors.joining(", ", "{", "}"));
    }

    private static String number(double value) {
        return new BigDecimal(value).round(DIGITS).stripTrailingZeros().toPlainString();
    }
}
