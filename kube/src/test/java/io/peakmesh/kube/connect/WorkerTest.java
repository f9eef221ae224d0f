package io.peakmesh.kube.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WorkerTest {
    private static final Duration LONG = Duration.ofHours(1);

    @Test
    void runsAtTheStartAndEachTimeItIsWoken() {
        AtomicInteger runs = new AtomicInteger();
        try (Worker worker =
                new Worker(
                        "test",
                        _ -> {
                            runs.incrementAndGet();
                            return LONG;
                        })) {
            worker.wake();
            assertThat(runs).hasValue(0);
            worker.start();
            await().until(() -> runs.get() >= 1);
            int before = runs.get();
            worker.wake();
            await().until(() -> runs.get() > before);
        }
    }

    @Test
    void aWakeThatComesWhileTheJobRunsIsNotLost() {
        AtomicInteger runs = new AtomicInteger();
        Worker[] self = new Worker[1];
        try (Worker worker =
                new Worker(
                        "test",
                        _ -> {
                            if (runs.incrementAndGet() == 1) {
                                self[0].wake();
                            }
                            return LONG;
                        })) {
            self[0] = worker;
            worker.start();
            await().until(() -> runs.get() == 2);
        }
    }

    @Test
    void aFailedJobIsDoneAgain() {
        AtomicInteger runs = new AtomicInteger();
        try (Worker worker =
                new Worker(
                        "test",
                        _ -> {
                            if (runs.incrementAndGet() == 1) {
                                throw new IOException("away");
                            }
                            return LONG;
                        })) {
            worker.start();
            await().until(() -> runs.get() == 2);
        }
    }

    @Test
    void stoppingEndsAPauseAndNoTwoTurnsOverlap() {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger runs = new AtomicInteger();
        try (Worker worker =
                new Worker(
                        "test",
                        turn -> {
                            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                            runs.incrementAndGet();
                            turn.pause(LONG);
                            inside.decrementAndGet();
                            return LONG;
                        })) {
            for (int i = 1; i <= 5; i++) {
                int wanted = i;
                worker.start();
                await().until(() -> runs.get() == wanted);
                worker.stop();
            }
        }
        assertThat(most).hasValue(1);
        assertThat(inside).hasValue(0);
    }

    @Test
    void aClosedWorkerDoesNotStart() {
        AtomicInteger runs = new AtomicInteger();
        Worker worker =
                new Worker(
                        "test",
                        _ -> {
                            runs.incrementAndGet();
                            return LONG;
                        });
        worker.close();
        worker.start();
        worker.close();
        assertThat(runs).hasValue(0);
    }
}
