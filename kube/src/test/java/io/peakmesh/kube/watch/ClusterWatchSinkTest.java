package io.peakmesh.kube.watch;

import static io.peakmesh.kube.watch.FakeApi.list;
import static io.peakmesh.kube.watch.FakeApi.refusal;
import static io.peakmesh.kube.watch.Objects.broken;
import static io.peakmesh.kube.watch.Objects.news;
import static io.peakmesh.kube.watch.Objects.service;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClusterWatchSinkTest {
    private static final String SERVICES = "api/v1/services";
    private static final String PODS = "api/v1/pods";
    private static final String FORBIDDEN =
            "pods is forbidden: User \\\"mesh\\\" cannot list resource \\\"pods\\\"";

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

    @Test
    void aSinkThatBlocksGetsTheNewestOfEachObjectAfterwards() {
        api.answers(SERVICES, list("5", "", service("a", "1", 4, "x")));
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger calls = new AtomicInteger();
        session.sink(batch -> {
            if (calls.incrementAndGet() == 2) {
                Uninterruptibly.await(release);
            }
        });
        session.open();
        api.says(SERVICES, news("ADDED", service("first", "2", 6, "x")));
        session.await("+first x");
        for (int i = 0; i < 2_000; i++) {
            api.says(SERVICES, news("MODIFIED", service("a", "1", 10 + i, "v" + i)));
        }
        api.says(SERVICES, news("DELETED", service("first", "2", 5_000, "x")));
        api.says(SERVICES, news("ADDED", service("first", "3", 5_001, "y")));
        await().until(() -> session.status("Service").events() == 2_003);
        assertThat(session.batches()).hasSize(2);
        release.countDown();
        session.await("+a v1999", "-first", "+first y");
    }

    @Test
    void aSinkThatFailsGetsTheNextBatchAllTheSame() {
        session.sink(batch -> {
            if (!batch.isEmpty()) {
                throw new IllegalStateException("of the test");
            }
        });
        session.open();
        api.says(SERVICES, news("ADDED", service("a", "1", 6, "x")));
        session.await("+a x");
        api.says(SERVICES, news("ADDED", service("b", "2", 7, "x")));
        session.await("+b x");
    }

    @Test
    void anObjectThatCannotBeUsedIsReportedAndClearedWhenItCanBe() {
        api.answers(SERVICES, list("5", "", service("a", "1", 4, "x"), broken("b", "2", 5)));
        session.open();
        assertThat(session.batches().getFirst()).containsExactly("+a x", "!Service shop/b 1");
        assertThat(session.status("Service").unreadable()).isEqualTo(1);
        api.says(SERVICES, news("MODIFIED", service("b", "2", 6, "y")));
        session.await("+b y", "!Service shop/b 0");
    }

    @Test
    void aKindThatMayNotBeReadIsNamedWithTheWayToLook() {
        api.answers(PODS, refusal(403, FORBIDDEN));
        assertThatThrownBy(() -> session.start(Duration.ofSeconds(2)).open())
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageStartingWith("the cluster could not be read in 2 s: Pod: list pods: ")
                .hasMessageContaining("kubectl auth can-i list pods --all-namespaces --as=mesh")
                .hasMessageNotContaining("Service");
        assertThat(session.batches()).isEmpty();
    }

    @Test
    void aKindThatMayNoLongerBeReadStopsNoOther() {
        session.open();
        api.answers(PODS, refusal(403, FORBIDDEN));
        api.says(PODS, FakeApi.CUT);
        await().until(() -> session.status("Pod").trouble().contains("auth can-i watch pods"));
        api.says(SERVICES, news("ADDED", service("a", "1", 6, "x")));
        session.await("+a x");
        api.answers(PODS, list("2", ""));
        await().until(() -> session.status("Pod").watching());
    }

    @Test
    void aServerThatIsNotThereIsNamed() {
        api.close();
        assertThatThrownBy(() -> session.start(Duration.ofSeconds(1)).open())
                .hasMessageContaining("list pods: no connection to http://127.0.0.1:");
    }

    @Test
    void nothingComesAfterItWasClosed() {
        session.open();
        session.watch().close();
        int batches = session.batches().size();
        api.says(SERVICES, news("ADDED", service("a", "1", 6, "x")));
        assertThat(session.batches()).hasSize(batches);
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().equals("cluster-watch"));
    }

    /** Waits for a latch whatever happens. */
    private static final class Uninterruptibly {
        static void await(CountDownLatch latch) {
            try {
                latch.await();
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
