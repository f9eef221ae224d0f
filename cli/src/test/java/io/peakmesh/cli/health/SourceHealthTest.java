package io.peakmesh.cli.health;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.peakmesh.cli.health.SourceHealth.Feed;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SourceHealthTest {
    private static SourceHealth health(Feed... feeds) {
        return new SourceHealth() {
            @Override
            public List<Feed> feeds() {
                return List.of(feeds);
            }

            @Override
            public boolean leader() {
                return true;
            }
        };
    }

    @Test
    void itsReportIsJsonThatLeavesOutWhatIsEmpty() throws JsonProcessingException {
        Feed well = new Feed("Pod", true, true, Optional.empty(), 3, 5, 1, "");
        Feed away =
                new Feed(
                        "Service",
                        true,
                        false,
                        Optional.of(Instant.parse("2026-01-01T00:00:00Z")),
                        2,
                        2,
                        1,
                        "refused");

        assertThat(new ObjectMapper().writeValueAsString(health(well, away).report()))
                .isEqualTo(
                        "{\"leader\":true,\"feeds\":["
                                + "{\"kind\":\"Pod\",\"complete\":true,\"connected\":true,"
                                + "\"objects\":3,\"events\":5,\"relists\":1},"
                                + "{\"kind\":\"Service\",\"complete\":true,\"connected\":false,"
                                + "\"since\":\"2026-01-01T00:00:00Z\","
                                + "\"objects\":2,\"events\":2,\"relists\":1,"
                                + "\"trouble\":\"refused\"}]}");
    }
}
