package io.peakmesh.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.peakmesh.cli.demo.Tally.Outcome;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class LoadLogTest {
    private final StringWriter text = new StringWriter();
    private final LoadLog log = new LoadLog(new PrintWriter(text));

    private static Outcome good(double millis, String caller) {
        return new Outcome(true, "", "v1", "cart-a", new TreeMap<>(Map.of("web", caller)), millis);
    }

    private static Outcome bad(String reason) {
        return new Outcome(false, reason, "", "", new TreeMap<>(), 1);
    }

    @Test
    void aSecondIsOneLine() {
        log.second(List.of(good(1.26, "spiffe://a"), bad("cart UNAVAILABLE: \"x\"\ny")));

        assertThat(text.toString().strip())
                .isEqualTo(
                        "{\"second\":1,\"requests\":2,\"failed\":1,"
                                + "\"failures\":{\"cart UNAVAILABLE: \\\"x\\\"\\ny\":1},"
                                + "\"versions\":{\"v1\":1},\"carts\":{\"cart-a\":1},"
                                + "\"callers\":{\"web\":\"spiffe://a\"},"
                                + "\"p50Millis\":1.0,\"p99Millis\":1.3}");
    }

    @Test
    void theTotalIsOfAllSeconds() throws JsonProcessingException {
        log.second(List.of(good(1, "spiffe://a"), bad("503")));
        log.second(List.of());
        log.second(List.of(good(9, "spiffe://b"), good(2, "spiffe://a"), bad("503")));
        log.total();

        JsonNode total = new ObjectMapper().readTree(text.toString().lines().toList().getLast());
        assertThat(total)
                .hasToString(
                        "{\"total\":true,\"seconds\":3,\"requests\":5,\"failed\":2,"
                                + "\"failures\":{\"503\":2},\"versions\":{\"v1\":3},"
                                + "\"carts\":{\"cart-a\":3},"
                                + "\"callers\":{\"web\":\"spiffe://a spiffe://b\"},"
                                + "\"slowestMillis\":9.0}");
    }

    @Test
    void howeverManyReasonsThereAreTheTotalStaysSmall() throws JsonProcessingException {
        List<Outcome> failures = new ArrayList<>();
        for (int i = 0; i < 3 * LoadLog.MAX_ENTRIES; i++) {
            failures.add(bad("reset at " + i));
        }
        log.second(failures);
        log.total();

        JsonNode total = new ObjectMapper().readTree(text.toString().lines().toList().getLast());
        assertThat(total.path("failed").asInt()).isEqualTo(3 * LoadLog.MAX_ENTRIES);
        assertThat(total.path("failures")).hasSize(LoadLog.MAX_ENTRIES + 1);
        assertThat(total.path("failures").path(LoadLog.OTHERS).asInt())
                .isEqualTo(2 * LoadLog.MAX_ENTRIES);
    }
}
