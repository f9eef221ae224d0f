package io.peakmesh.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.peakmesh.kube.progress.ReplicaProgress.Entry;
import io.peakmesh.model.ServiceName;
import io.peakmesh.smi.object.ObjectKey;
import io.peakmesh.smi.status.Judgement;
import io.peakmesh.smi.status.JudgementChange.Judged;
import io.peakmesh.smi.status.Notice;
import io.peakmesh.smi.status.Programmed;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class StatusLoopTest {
    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
    private static final ObjectKey WEB = new ObjectKey("TrafficSplit", "shop", "web");

    /** What is known can be changed while the loop runs. */
    private static final class Known implements StatusLoop.Progress {
        private final AtomicReference<Programmed> count;
        private final AtomicInteger asked = new AtomicInteger();
        private volatile boolean known = true;
        private volatile long changes;

        Known(int proxies) {
            count = new AtomicReference<>(new Programmed(proxies, proxies, List.of()));
        }

        void set(int proxies) {
            count.set(new Programmed(proxies, proxies, List.of()));
            changes = proxies;
        }

        @Override
        public long changes() {
            return changes;
        }

        @Override
        public boolean known() {
            asked.incrementAndGet();
            return known;
        }

        @Override
        public Function<Judgement, Programmed> of(List<Judgement> asked) {
            return judgement -> count.get();
        }
    }

    private static final class Written implements StatusLoop.Sink {
        private final List<StatusBook.Due> statuses = new CopyOnWriteArrayList<>();
        private final List<Map<ObjectKey, Entry>> shared = new CopyOnWriteArrayList<>();
        private volatile boolean takes = true;

        @Override
        public void status(StatusBook.Due due) {
            statuses.add(due);
        }

        @Override
        public void events(List<Notice> notices) {}

        @Override
        public void gone(Set<ObjectKey> objects) {}

        @Override
        public boolean share(Map<ObjectKey, Entry> progress) {
            shared.add(progress);
            return takes;
        }
    }

    private final AtomicReference<Instant> clock = new AtomicReference<>(NOW);
    private final Known own = new Known(1);
    private final Known all = new Known(3);
    private final Written written = new Written();

    private StatusLoop started() {
        StatusLoop loop = new StatusLoop(clock::get, own, all, written);
        loop.take(List.of(new Judged(judged())));
        loop.start();
        return loop;
    }

    private static Judgement judged() {
        return new Judgement(
                WEB,
                "split.smi-spec.io/v1alpha4",
                "u1",
                5,
                true,
                List.of(),
                new TreeSet<>(List.of(new ServiceName("shop", "web"))),
                new TreeSet<>(),
                List.of());
    }

    private static Map<ObjectKey, Entry> proxies(int count) {
        return Map.of(WEB, new Entry(5, new Programmed(count, count, List.of())));
    }

    @Test
    void oneThatDoesNotLeadTellsOfItsOwnProxiesOnly() {
        try (StatusLoop loop = started()) {
            await().until(() -> written.shared.size() == 1);
            assertThat(written.shared.getFirst()).isEqualTo(proxies(1));
            own.set(2);
            clock.set(NOW.plusSeconds(3));
            await().until(() -> written.shared.contains(proxies(2)));
            own.set(0);
            clock.set(NOW.minusSeconds(900));
            await().until(() -> written.shared.contains(Map.of()));
            assertThat(written.statuses).isEmpty();
            loop.lead(true);
            await().until(() -> written.statuses.size() == 1);
            assertThat(written.statuses.getFirst().conditions())
                    .anySatisfy(
                            says -> assertThat(says.message()).isEqualTo("3/3 proxies have it"));
        }
    }

    @Test
    void whatWasNotTakenIsToldAgain() {
        written.takes = false;
        try (StatusLoop loop = started()) {
            loop.lead(false);
            await().until(() -> written.shared.size() == 1);
            clock.set(NOW.plusSeconds(3));
            await().until(() -> written.shared.size() == 2);
        }
    }

    @Test
    void aLeaderWritesNothingBeforeItKnowsOfTheOthers() {
        all.known = false;
        try (StatusLoop loop = started()) {
            loop.lead(true);
            await().until(() -> all.asked.get() >= 2);
            assertThat(written.statuses).isEmpty();
            all.known = true;
            await().until(() -> written.statuses.size() == 1);
        }
    }
}
