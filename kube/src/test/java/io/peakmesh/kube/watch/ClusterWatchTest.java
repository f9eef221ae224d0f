package io.peakmesh.kube.watch;

import static io.peakmesh.kube.watch.FakeApi.list;
import static io.peakmesh.kube.watch.FakeApi.refusal;
import static io.peakmesh.kube.watch.Objects.bookmark;
import static io.peakmesh.kube.watch.Objects.news;
import static io.peakmesh.kube.watch.Objects.service;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.peakmesh.kube.watch.WatchStatus.KindStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClusterWatchTest {
    private static final String SERVICES = "api/v1/services";
    private static final String SPLITS = "apis/split.smi-spec.io/v1alpha4/trafficsplits";

    private FakeApi api;
    private WatchSession session;

    @BeforeEach
    void start() throws IOException {
        api = new FakeApi();
        session = new WatchSession(api);
    }

    @AfterEach
    void stop() {
        session.close();
        api.close();
    }

    private KindStatus services() {
        return session.status("Service");
    }

    @Test
    void theFirstCompleteStateIsOneBatch() {
        api.answers(
                SERVICES,
                list("7", "more+/=", service("a", "1", 5, "x")),
                list("7", "", service("b", "2", 6, "x")));
        session.open();
        assertThat(session.batches()).containsExactly(List.of("+a x", "+b x"));
        assertThat(api.requestsOf(SERVICES, "continue=more+/=")).hasSize(1);
        assertThat(session.watch().status().synced()).isTrue();
    }

    @Test
    void newsComesAtOnceAndTheNextWatchGoesOnBehindIt() {
        api.answers(SERVICES, list("5", "", service("a", "1", 5, "x")));
        session.open();
        api.says(SERVICES, news("MODIFIED", service("a", "1", 8, "y")));
        session.awaitLast("+a y");
        api.says(SERVICES, bookmark(30));
        api.says(SERVICES, FakeApi.END);
        await().until(() -> !api.requestsOf(SERVICES, "resourceVersion=30").isEmpty());
        assertThat(services().lists()).isEqualTo(1);
        assertThat(services().failures()).isZero();
    }

    @Test
    void aForgottenVersionMakesItListAgainAndFindWhatWasMissed() {
        api.answers(
                SERVICES,
                list("5", "", service("a", "1", 4, "x"), service("b", "2", 5, "x")),
                list("90", "", service("a", "1", 80, "y")));
        api.refusesWatches(SERVICES, refusal(410, "too old resource version: 5"));
        session.open();
        session.await("+a y", "-b");
    }

    @Test
    void aWatchThatEndsWithAForgottenVersionMakesItListAgain() {
        api.answers(
                SERVICES,
                list("5", "", service("a", "1", 4, "x")),
                list("90", "", service("a", "1", 80, "y")));
        session.open();
        api.says(SERVICES, news("ERROR", "{\"kind\":\"Status\",\"code\":410,\"message\":\"m\"}"));
        session.awaitLast("+a y");
        assertThat(services().failures()).isZero();
    }

    @Test
    void aListWhoseRestIsForgottenIsReadAgainInOnePiece() {
        api.answers(
                SERVICES,
                list("5", "token", service("a", "1", 4, "x"), service("gone", "3", 4, "x")),
                refusal(410, "The provided continue parameter is too old"),
                list("9", "", service("a", "1", 4, "x"), service("b", "2", 8, "x")));
        session.open();
        assertThat(api.requestsOf(SERVICES, "limit=0")).hasSize(1);
        assertThat(session.batches().getFirst()).containsExactlyInAnyOrder("+a x", "-gone", "+b x");
    }

    @Test
    void aLineThatIsCutOffIsReadAgainFromTheLastWholeOne() {
        api.answers(SERVICES, list("5", "", service("a", "1", 4, "x")));
        session.open();
        api.says(SERVICES, news("MODIFIED", service("a", "1", 8, "y")));
        session.awaitLast("+a y");
        api.answers(SERVICES, list("8", "", service("a", "1", 8, "y")));
        String line = news("MODIFIED", service("a", "1", 9, "z"));
        api.says(SERVICES, line.substring(0, line.length() / 2));
        api.says(SERVICES, FakeApi.CUT);
        await().until(() -> !api.requestsOf(SERVICES, "resourceVersion=8").isEmpty());
        api.says(SERVICES, line);
        session.awaitLast("+a z");
        assertThat(services().lists()).isEqualTo(1);
        assertThat(services().failures()).isEqualTo(1);
    }

    @Test
    void garbageAtOnePlaceMakesItListInTheEnd() {
        api.answers(
                SERVICES,
                list("5", "", service("a", "1", 4, "x")),
                list("6", "", service("a", "1", 6, "y")));
        session.open();
        api.says(SERVICES, "<html>\n");
        await().until(() -> api.requestsOf(SERVICES, "watch=true").size() == 2);
        api.says(SERVICES, "<html>\n");
        session.awaitLast("+a y");
        await().until(() -> services().watching());
    }

    @Test
    void versionsThatWentBackMakeItListAfterAFailure() {
        api.answers(SERVICES, list("500", "", service("a", "1", 400, "x")));
        session.open();
        await().until(() -> services().watching());
        api.answers(SERVICES, list("50", "", service("a", "1", 40, "restored")));
        api.says(SERVICES, FakeApi.CUT);
        session.awaitLast("+a restored");
        api.says(SERVICES, news("MODIFIED", service("a", "1", 51, "next")));
        session.awaitLast("+a next");
    }

    @Test
    void aWatchOnWhichNothingComesIsEndedAndAListReadWithoutAWord() {
        api.answers(
                SERVICES,
                list("5", "", service("a", "1", 4, "x")),
                list("6", "", service("a", "1", 6, "y")));
        session.silence(Duration.ofMillis(300)).open();
        session.awaitLast("+a y");
        assertThat(services().failures()).isZero();
    }

    @Test
    void everythingStaysWhileTheServerIsAwayAndComesBackWithoutMoreThreads() {
        api.answers(SERVICES, list("5", "", service("a", "1", 4, "x")));
        session.open();
        await().until(() -> session.watch().status().watching());
        for (int i = 0; i < 30; i++) {
            api.says(SERVICES, FakeApi.CUT);
        }
        await().until(() -> services().failures() >= 30);
        await().until(() -> session.watch().status().watching());
        assertThat(services().trouble()).isEmpty();
        assertThat(session.batches()).hasSize(1);
        assertThat(
                        Thread.getAllStackTraces().keySet().stream()
                                .filter(thread -> thread.getName().equals("cluster-watch")))
                .hasSize(1);
    }

    @Test
    void sinceWhenItIsNotWatchingIsToldByTheClock() {
        api.answers(SERVICES, list("5", ""));
        session.open();
        await().until(() -> services().watching());
        api.answers(SERVICES, refusal(503, "the server is starting"));
        api.says(SERVICES, FakeApi.CUT);
        await().until(() -> services().trouble().contains("the server is starting (503)"));
        assertThat(services().notWatchingSince()).contains(WatchSession.NOW);
        assertThat(session.watch().status().notWatchingSince()).contains(WatchSession.NOW);
        assertThat(session.watch().status().troubles())
                .containsExactly("Service: watch services: the server is starting (503)");
    }

    @Test
    void aKindThatIsAbsentHasNoObjectsAndIsFoundWhenItComes() {
        api.answers(SPLITS, new FakeApi.Answer(404, "404 page not found"))
                .answers("apis/split.smi-spec.io/v1alpha4", new FakeApi.Answer(404, "none"))
                .answers("apis", new FakeApi.Answer(200, "{\"groups\":[{\"name\":\"apps\"}]}"));
        session.open();
        assertThat(session.status("TrafficSplit").present()).isFalse();
        assertThat(session.watch().status().synced()).isTrue();
        assertThat(session.watch().status().troubles()).isEmpty();
        api.answers(SPLITS, list("9", "", split()));
        session.awaitLast("+s");
        assertThat(session.status("TrafficSplit").present()).isTrue();
    }

    @Test
    void aKindThatIsTakenAwayTakesItsObjectsWithIt() {
        api.answers(SPLITS, list("9", "", split()));
        session.open();
        api.answers(SPLITS, new FakeApi.Answer(404, "404 page not found"))
                .answers(
                        "apis/split.smi-spec.io/v1alpha4",
                        new FakeApi.Answer(200, "{\"resources\":[{\"name\":\"others\"}]}"))
                .refusesWatches(SPLITS, new FakeApi.Answer(404, "404 page not found"));
        api.says(SPLITS, FakeApi.END);
        session.awaitLast("-s");
    }

    @Test
    void aBare404OfSomethingBetweenForgetsNothing() {
        api.answers(SPLITS, list("9", "", split()));
        session.open();
        api.answers(SPLITS, new FakeApi.Answer(404, "no such page"))
                .answers("apis/split.smi-spec.io/v1alpha4", new FakeApi.Answer(404, "no such page"))
                .answers("apis", new FakeApi.Answer(404, "no such page"))
                .refusesWatches(SPLITS, new FakeApi.Answer(404, "no such page"));
        api.says(SPLITS, FakeApi.CUT);
        await().until(() -> session.status("TrafficSplit").failures() > 3);
        assertThat(session.status("TrafficSplit").objects()).isEqualTo(1);
        assertThat(session.status("TrafficSplit").present()).isTrue();
        assertThat(session.batches()).hasSize(1);
    }

    private static String split() {
        return "{\"metadata\":{\"name\":\"s\",\"namespace\":\"shop\"},\"spec\":{\"service\":\"w\"}}";
    }
}
