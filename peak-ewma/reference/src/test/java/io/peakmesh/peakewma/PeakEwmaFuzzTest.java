package io.peakmesh.peakewma;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Whatever a configuration holds: it is read or refused in one line. Whatever happens to endpoints:
 * loads stay sound, and one is chosen while one is usable. In the ordinary build the seeds in
 * {@code PeakEwmaFuzzTestInputs} are replayed; with the environment variable {@code JAZZER_FUZZ=1}
 * new inputs are looked for with coverage guidance.
 */
class PeakEwmaFuzzTest {
    private static final List<String> FIELDS =
            List.of(
                    "decay_ms",
                    "default_rtt_ms",
                    "failure_penalty_ms",
                    "error_penalty_ms",
                    "max_retry_after_ms",
                    "connections",
                    "locality_weighted");

    @FuzzTest(maxDuration = "1m")
    void readsAnyConfigurationOrRefusesItInOneLine(FuzzedDataProvider data) {
        Map<String, Object> json = new LinkedHashMap<>();
        while (data.remainingBytes() > 0 && json.size() < 10) {
            String name =
                    data.consumeInt(0, 9) < 9
                            ? FIELDS.get(data.consumeInt(0, FIELDS.size() - 1))
                            : data.consumeString(200);
            json.put(
                    name,
                    switch (data.consumeInt(0, 5)) {
                        case 0 -> data.consumeDouble();
                        case 1 -> data.consumeLong();
                        case 2 -> data.consumeBoolean();
                        case 3 -> data.consumeString(300);
                        case 4 -> List.of(data.consumeInt());
                        default -> (double) data.consumeInt(-10, 700_000);
                    });
        }
        try {
            PeakEwmaConfig read = PeakEwmaConfig.read(json);
            if (read.decayMillis() < 1 || read.maxRetryAfterMillis() > 300_000) {
                throw new AssertionError("out of range: " + read);
            }
        } catch (IllegalArgumentException e) {
            String line = String.valueOf(e.getMessage());
            if (line.length() > 250 || line.chars().anyMatch(Character::isISOControl)) {
                throw new AssertionError("not one line: " + line, e);
            }
        }
    }

    @FuzzTest(maxDuration = "3m")
    void staysSoundThroughAnyEvents(FuzzedDataProvider data) {
        PeakEwmaConfig config =
                new PeakEwmaConfig(
                        data.consumeInt(1, 600_000),
                        data.consumeInt(1, 60_000),
                        data.consumeInt(0, 60_000),
                        data.consumeInt(0, 60_000),
                        data.consumeInt(0, 300_000),
                        false,
                        data.consumeBoolean());
        List<FakeHost> hosts = new ArrayList<>();
        for (int index = data.consumeInt(0, 9); index > 0; index--) {
            hosts.add(
                    new FakeHost(
                            "h" + index,
                            new Endpoint(config),
                            new Place(
                                    data.consumeLong(1, 1L << 32),
                                    data.consumeInt(0, 4),
                                    data.consumeBoolean() ? "west" : "east",
                                    data.consumeLong(0, 0xffff_ffffL),
                                    data.consumeBoolean())));
        }
        Balancer<FakeHost> balancer = new Balancer<>(config, hosts);
        boolean usable = hosts.stream().anyMatch(host -> host.place().usable());
        RandomGenerator random = data::consumeLong;
        long now = 0;
        while (data.remainingBytes() > 0) {
            now += data.consumeLong(0, 10_000_000_000L);
            int what = data.consumeInt(0, 8);
            if (what > 5) {
                pick(balancer, hosts, usable, random, now, data);
            } else if (!hosts.isEmpty()) {
                FakeHost host = hosts.get(data.consumeInt(0, hosts.size() - 1));
                tell(host, what, now, data);
                double load = host.endpoint().load(now, host.outstanding, host.place().weight());
                if (!(load >= 0 && load <= Double.MAX_VALUE)) {
                    throw new AssertionError("load " + load);
                }
            }
        }
    }

    private static void pick(
            Balancer<FakeHost> balancer,
            List<FakeHost> hosts,
            boolean usable,
            RandomGenerator random,
            long now,
            FuzzedDataProvider data) {
        Set<FakeHost> tried = new HashSet<>();
        for (FakeHost host : hosts) {
            if (data.consumeBoolean()) {
                tried.add(host);
            }
        }
        FakeHost chosen = balancer.choose(now, random, tried::contains);
        if ((chosen != null) != usable || (chosen != null && !chosen.place().usable())) {
            throw new AssertionError("chosen " + chosen);
        }
        if (chosen != null) {
            chosen.endpoint().picked(now, chosen.outstanding++);
        }
    }

    private static void tell(FakeHost host, int what, long now, FuzzedDataProvider data) {
        Endpoint endpoint = host.endpoint();
        switch (what) {
            case 0 -> endpoint.answered(now, data.consumeLong());
            case 1 -> endpoint.slow(now, data.consumeLong());
            case 2 -> endpoint.failed(now);
            case 3 -> endpoint.error(now, data.consumeLong());
            case 4 -> endpoint.sign();
            default -> host.outstanding = data.consumeInt(0, 1_000_000_000);
        }
        if (what < 4 && host.outstanding > 0) {
            host.outstanding--;
        }
    }
}
