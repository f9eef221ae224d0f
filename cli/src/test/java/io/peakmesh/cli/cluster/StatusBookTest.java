package io.peakmesh.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.cli.cluster.StatusBook.Due;
import io.peakmesh.model.Invalid;
import io.peakmesh.model.ObjectRef;
import io.peakmesh.model.ServiceName;
import io.peakmesh.smi.object.ObjectKey;
import io.peakmesh.smi.status.Condition;
import io.peakmesh.smi.status.Judgement;
import io.peakmesh.smi.status.JudgementChange.Gone;
import io.peakmesh.smi.status.JudgementChange.Judged;
import io.peakmesh.smi.status.Notice;
import io.peakmesh.smi.status.Programmed;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class StatusBookTest {
    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
    private static final ObjectKey KEY = new ObjectKey("TrafficSplit", "shop", "web");

    private final StatusBook book = new StatusBook();
    private final List<Notice> notices = new ArrayList<>();
    private Programmed progress = new Programmed(2, 2, List.of());

    private static Judgement judged(long generation, List<Condition> written, Invalid... problems) {
        return new Judgement(
                KEY,
                "split.smi-spec.io/v1alpha4",
                "u1",
                generation,
                List.of(problems).stream().noneMatch(p -> p.severity() == Invalid.Severity.ERROR),
                List.of(problems),
                new TreeSet<>(List.of(new ServiceName("shop", "web"))),
                new TreeSet<>(),
                written);
    }

    private static Invalid mistake() {
        return Invalid.error(
                new ObjectRef("TrafficSplit", "shop", "web", ""), "spec.service", "is missing");
    }

    private List<Due> due(Instant now) {
        return book.due(now, asked -> judgement -> progress, notices);
    }

    @Test
    void whatIsNewIsWrittenOnce() {
        book.take(List.of(new Judged(judged(1, List.of()))));

        assertThat(due(NOW)).hasSize(1);
        assertThat(due(NOW.plusSeconds(60))).isEmpty();
    }

    @Test
    void whatTheObjectSaysAlreadyIsNotWrittenAgainByANewLeader() {
        book.take(List.of(new Judged(judged(1, List.of()))));
        List<Condition> written = due(NOW).getFirst().conditions();

        StatusBook another = new StatusBook();
        another.take(List.of(new Judged(judged(1, written))));
        another.elected();

        assertThat(another.due(NOW.plusSeconds(9), asked -> j -> progress, notices)).isEmpty();
    }

    @Test
    void aCountThatMovesIsWrittenSometimesAndItsLastValueAlways() {
        book.take(List.of(new Judged(judged(1, List.of()))));
        due(NOW);
        int writes = 0;
        for (int second = 1; second < 30; second++) {
            progress = new Programmed(40, second, List.of());
            book.progressMoved();
            writes += due(NOW.plusMillis(second * 100L)).size();
        }
        assertThat(writes).isZero();

        List<Due> last = due(NOW.plusSeconds(20));
        assertThat(last).hasSize(1);
        assertThat(last.getFirst().conditions())
                .anySatisfy(condition -> assertThat(condition.message()).contains("29/40"));
    }

    @Test
    void aMistakeDoesNotWaitForTheCount() {
        book.take(List.of(new Judged(judged(1, List.of()))));
        due(NOW);
        book.take(List.of(new Judged(judged(2, List.of(), mistake()))));

        assertThat(due(NOW.plusMillis(1))).hasSize(1);
        assertThat(notices).extracting(Notice::reason).contains("Invalid");
    }

    @Test
    void aRefusalOfAProxyIsToldOnce() {
        book.take(List.of(new Judged(judged(1, List.of()))));
        due(NOW);
        progress = new Programmed(2, 1, List.of("shop/web-1: no such filter"));
        book.progressMoved();
        due(NOW.plusSeconds(10));
        book.progressMoved();
        due(NOW.plusSeconds(20));

        assertThat(notices).filteredOn(n -> n.message().contains("no such filter")).hasSize(1);
    }

    @Test
    void ofWhatIsGoneNothingIsWritten() {
        book.take(List.of(new Judged(judged(1, List.of())), new Gone(KEY)));

        assertThat(due(NOW)).isEmpty();
    }
}
