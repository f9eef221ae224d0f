package io.peakmesh.peakewma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** One file of {@code peak-ewma/vectors}, run step by step; its README is the form. */
final class Scenario {
    private static final ObjectMapper JSON =
            JsonMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();
    private static final double TOLERANCE = 1e-9;

    private final PeakEwmaConfig config;
    private Map<String, FakeHost> hosts = new LinkedHashMap<>();
    private Balancer<FakeHost> balancer;
    private long now;

    private Scenario(JsonNode configJson, JsonNode hostsJson) {
        Map<String, Object> fields = new LinkedHashMap<>();
        configJson
                .properties()
                .forEach(field ->
                        fields.put(
                                field.getKey(),
                                field.getValue().isBoolean()
                                        ? (Object) field.getValue().booleanValue()
                                        : field.getValue().numberValue()));
        config = PeakEwmaConfig.read(fields);
        balancer = arrange(hostsJson);
    }

    static void run(Path file) throws IOException {
        JsonNode root = JSON.readTree(file.toFile());
        try (Fields fields = new Fields(root)) {
            fields.text("name");
            Scenario scenario = new Scenario(fields.required("config"), fields.required("hosts"));
            int index = 0;
            for (JsonNode step : fields.required("steps")) {
                try {
                    scenario.step(step);
                } catch (AssertionError | RuntimeException e) {
                    throw new AssertionError("step " + index + " " + step + ": " + e, e);
                }
                index++;
            }
            assertThat(index).as("steps").isPositive();
        }
    }

    private Balancer<FakeHost> arrange(JsonNode list) {
        Map<String, FakeHost> next = new LinkedHashMap<>();
        for (JsonNode node : list) {
            try (Fields fields = new Fields(node)) {
                String address = fields.text("address");
                Place place =
                        new Place(
                                fields.whole("weight", 1),
                                Math.toIntExact(fields.whole("priority", 0)),
                                fields.text("locality", ""),
                                fields.whole("locality_weight", 1),
                                fields.truth("healthy", true));
                FakeHost old = hosts.get(address);
                Endpoint endpoint = old == null ? new Endpoint(config) : old.endpoint();
                FakeHost twin = next.put(address, new FakeHost(address, endpoint, place));
                assertThat(twin).as("address given twice").isNull();
            }
        }
        hosts = next;
        return new Balancer<>(config, List.copyOf(next.values()));
    }

    private void step(JsonNode step) {
        try (Fields fields = new Fields(step)) {
            long at = fields.whole("at");
            assertThat(at).as("at").isGreaterThanOrEqualTo(now);
            now = at;
            String what = fields.text("do");
            switch (what) {
                case "pick" -> pick(fields);
                case "hosts" -> balancer = arrange(fields.required("hosts"));
                case "look" -> look(fields);
                case "answered" -> endpoint(fields).answered(now, fields.whole("rtt"));
                case "slow" -> endpoint(fields).slow(now, fields.whole("elapsed"));
                case "failed" -> endpoint(fields).failed(now);
                case "error" -> endpoint(fields).error(now, fields.whole("retry_after"));
                case "sign" -> endpoint(fields).sign();
                default -> throw new IllegalArgumentException("unknown step " + what);
            }
        }
    }

    private void pick(Fields fields) {
        setOutstanding(fields.optional("outstanding"));
        Set<FakeHost> tried = new HashSet<>();
        JsonNode triedNames = fields.optional("tried");
        if (triedNames != null) {
            triedNames.forEach(name -> tried.add(host(name.textValue())));
        }
        Deque<Long> numbers = new ArrayDeque<>();
        for (JsonNode number : fields.required("random")) {
            assertThat(number.textValue()).startsWith("0x");
            numbers.add(Long.parseUnsignedLong(number.textValue().substring(2), 16));
        }
        RandomGenerator random = numbers::removeFirst;
        FakeHost chosen = balancer.choose(now, random, tried::contains);
        JsonNode expect = fields.required("expect");
        assertThat(chosen == null ? null : chosen.address)
                .isEqualTo(expect.isNull() ? null : expect.textValue());
        assertThat(numbers).as("numbers left").isEmpty();
        if (chosen != null) {
            chosen.endpoint().picked(now, chosen.outstanding);
        }
    }

    private void setOutstanding(@Nullable JsonNode counts) {
        hosts.values().forEach(host -> host.outstanding = 0);
        if (counts != null) {
            counts.properties()
                    .forEach(count ->
                            host(count.getKey()).outstanding =
                                    Math.toIntExact(count.getValue().longValue()));
        }
    }

    private void look(Fields fields) {
        FakeHost host = host(fields.text("host"));
        int outstanding = Math.toIntExact(fields.whole("outstanding"));
        Endpoint endpoint = host.endpoint();
        List<String> seen = new ArrayList<>();
        for (Map.Entry<String, JsonNode> expected : fields.required("expect").properties()) {
            double actual =
                    switch (expected.getKey()) {
                        case "cost" -> endpoint.estimate(now, outstanding);
                        case "silence" -> endpoint.silence(now, outstanding);
                        case "penalty" -> endpoint.penalty(now, outstanding);
                        case "load" -> endpoint.load(now, outstanding, host.place().weight());
                        default -> throw new IllegalArgumentException(expected.getKey());
                    };
            double value = expected.getValue().doubleValue();
            assertThat(actual)
                    .as(expected.getKey())
                    .isCloseTo(value, within(Math.abs(value) * TOLERANCE));
            seen.add(expected.getKey());
        }
        assertThat(seen).as("expected").isNotEmpty();
    }

    private Endpoint endpoint(Fields fields) {
        return host(fields.text("host")).endpoint();
    }

    private FakeHost host(String address) {
        FakeHost host = hosts.get(address);
        if (host == null) {
            throw new IllegalArgumentException("no host " + address);
        }
        return host;
    }
}
