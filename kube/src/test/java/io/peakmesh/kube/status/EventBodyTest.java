package io.peakmesh.kube.status;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.peakmesh.smi.object.ObjectKey;
import io.peakmesh.smi.status.Notice;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class EventBodyTest {
    private static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");

    private static Notice notice(String namespace, String name, String message) {
        return new Notice(
                new ObjectKey("TrafficSplit", namespace, name),
                "g/v1",
                "u",
                false,
                "Fine",
                message);
    }

    @Test
    void timesHaveMicrosecondsEvenWhenTheyAreZero() {
        Notice notice = notice("shop", "a", "m");
        JsonNode event =
                EventBody.created(
                        new EventLog.Due(notice, "a.1", TIME, TIME.plusSeconds(1), 2, true), "r");
        assertThat(event.path("eventTime").asText("")).isEqualTo("2026-01-01T00:00:00.000000Z");
        assertThat(event.path("series").path("lastObservedTime").asText(""))
                .isEqualTo("2026-01-01T00:00:01.000000Z");
        assertThat(event.path("series").path("count").asInt()).isEqualTo(2);
        assertThat(event.path("regarding").path("uid").asText("")).isEqualTo("u");
    }

    @Test
    void aSingleOneHasNoSeries() {
        EventLog.Due due = new EventLog.Due(notice("shop", "a", "m"), "a.1", TIME, TIME, 1, true);
        assertThat(EventBody.created(due, "r").has("series")).isFalse();
    }

    @Test
    void whatHasNoNamespaceIsToldInDefault() {
        assertThat(EventBody.folder(notice("", "node-1", "m").object()))
                .isEqualTo("/apis/events.k8s.io/v1/namespaces/default/events");
    }

    @Test
    void aLongNoteIsCutBetweenCharactersToWhatTheServerTakes() {
        String text = "é€\uD83D\uDE00".repeat(300);
        String cut = EventBody.cut(text, 1024);
        assertThat(cut.getBytes(StandardCharsets.UTF_8).length).isBetween(1021, 1024);
        assertThat(text).startsWith(cut);
        assertThat(Character.isHighSurrogate(cut.charAt(cut.length() - 1))).isFalse();
    }

    @Test
    void namesAreValidAndDifferByNumberReplicaAndTime() {
        Notice notice = notice("shop", "a".repeat(199) + ".b", "m");
        String name = EventBody.name(notice, "r", TIME, 0);
        assertThat(name.length()).isLessThanOrEqualTo(253);
        assertThat(name).matches("[a-z0-9]([-a-z0-9.]*[a-z0-9])?").doesNotContain("..");
        assertThat(name)
                .isNotEqualTo(EventBody.name(notice, "r", TIME, 1))
                .isNotEqualTo(EventBody.name(notice, "s", TIME, 0))
                .isNotEqualTo(EventBody.name(notice, "r", TIME.plusMillis(1), 0));
    }
}
