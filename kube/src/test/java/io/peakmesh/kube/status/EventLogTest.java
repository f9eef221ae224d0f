package io.peakmesh.kube.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.smi.object.ObjectKey;
import io.peakmesh.smi.status.Notice;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EventLogTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration DAY = Duration.ofDays(1);

    private final EventLog log = new EventLog("replica-1");

    private static Notice notice(String name, String message) {
        return new Notice(
                new ObjectKey("TrafficSplit", "shop", name),
                "split.smi-spec.io/v1alpha4",
                "uid-" + name,
                true,
                "Conflict",
                message);
    }

    private EventLog.Due write(Instant now) {
        EventLog.Due due = log.due(now).orElseThrow();
        log.written(due, now);
        return due;
    }

    @Test
    void aNewNoticeMakesAnEventOnce() {
        log.add(notice("a", "x"), START);
        EventLog.Due due = write(START);
        assertThat(due.create()).isTrue();
        assertThat(due.count()).isEqualTo(1);
        assertThat(log.due(START.plus(DAY))).isEmpty();
        assertThat(log.rest(START, DAY)).isEqualTo(DAY);
    }

    @Test
    void theSameAgainCountsOnTheEventAtMostOnceAMinute() {
        log.add(notice("a", "x"), START);
        EventLog.Due first = write(START);
        Instant second = START.plusSeconds(5);
        log.add(notice("a", "x"), second);
        EventLog.Due counted = write(second);
        assertThat(counted.create()).isFalse();
        assertThat(counted.name()).isEqualTo(first.name());
        assertThat(counted.count()).isEqualTo(2);
        assertThat(counted.last()).isEqualTo(second);
        for (int i = 1; i <= 30; i++) {
            log.add(notice("a", "x"), second.plusSeconds(i));
            assertThat(log.due(second.plusSeconds(i))).isEmpty();
        }
        assertThat(log.rest(second.plusSeconds(30), DAY)).isEqualTo(Duration.ofSeconds(30));
        assertThat(write(second.plusSeconds(60)).count()).isEqualTo(32);
    }

    @Test
    void afterTenMinutesOfSilenceItIsANewEvent() {
        log.add(notice("a", "x"), START);
        String before = write(START).name();
        log.add(notice("a", "x"), START.plus(EventLog.REMEMBERED).plusSeconds(1));
        EventLog.Due again = write(START.plus(EventLog.REMEMBERED).plusSeconds(1));
        assertThat(again.create()).isTrue();
        assertThat(again.name()).isNotEqualTo(before);
        assertThat(again.count()).isEqualTo(1);
    }

    @Test
    void anEventThatIsGoneIsMadeAnew() {
        log.add(notice("a", "x"), START);
        write(START);
        log.add(notice("a", "x"), START.plusSeconds(1));
        log.gone(log.due(START.plusSeconds(1)).orElseThrow());
        assertThat(log.due(START.plusSeconds(1))).isEmpty();
        log.add(notice("a", "x"), START.plusSeconds(2));
        assertThat(write(START.plusSeconds(2)).create()).isTrue();
    }

    @Test
    void anObjectMadeAnewHasEventsOfItsOwn() {
        Notice old = notice("a", "x");
        Notice next = new Notice(old.object(), old.apiVersion(), "uid-2", true, "Conflict", "x");
        log.add(old, START);
        write(START);
        log.add(next, START);
        assertThat(write(START).create()).isTrue();
    }

    @Test
    void oneLoudObjectIsCutOffAndOthersAreNot() {
        for (int i = 0; i < 100; i++) {
            assertThat(log.add(notice("loud", "m" + i), START))
                    .isEqualTo(i < EventLog.OBJECT_BURST);
        }
        assertThat(log.add(notice("quiet", "m"), START)).isTrue();
        assertThat(log.takeDropped()).isEqualTo(100 - EventLog.OBJECT_BURST);
        assertThat(log.dropped()).isZero();
        assertThat(log.add(notice("loud", "later"), START.plusSeconds(60))).isTrue();
    }

    @Test
    void remembersNoMoreThanItMay() {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < EventLog.MAX_KNOWN + 500; i++) {
            log.add(notice("n" + i, "x"), START);
            names.add(write(START).name());
        }
        assertThat(names).hasSize(EventLog.MAX_KNOWN + 500);
        // the first is forgotten, the last is not
        log.add(notice("n0", "x"), START);
        assertThat(write(START).create()).isTrue();
        log.add(notice("n" + (EventLog.MAX_KNOWN + 499), "x"), START);
        assertThat(write(START).create()).isFalse();
    }

    @Test
    void ofAnObjectThatIsGoneNothingIsToldOrRemembered() {
        log.add(notice("a", "x"), START);
        log.add(notice("b", "x"), START);
        log.forget(Set.of(new ObjectKey("TrafficSplit", "shop", "a")));

        assertThat(write(START).notice().object().name()).isEqualTo("b");
        assertThat(log.due(START)).isEmpty();
    }
}
