package io.peakmesh.kube.watch;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.peakmesh.kube.watch.WatchStatus.KindStatus;
import io.peakmesh.smi.object.ObjectEvent;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A watch of a {@link FakeApi} and the batches that came of it, impatient where it waits. */
final class WatchSession implements AutoCloseable {
    static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

    private final KubernetesClient client;
    private final List<List<String>> batches = new CopyOnWriteArrayList<>();
    private Duration silence = Duration.ofSeconds(60);
    private Duration start = Duration.ofSeconds(20);
    private Consumer<List<ObjectEvent>> sink = batch -> {};
    private @Nullable ClusterWatch watch;

    WatchSession(FakeApi api) {
        client = api.client();
    }

    WatchSession silence(Duration time) {
        silence = time;
        return this;
    }

    WatchSession start(Duration time) {
        start = time;
        return this;
    }

    /** Something to do with each batch after it was noted. */
    WatchSession sink(Consumer<List<ObjectEvent>> also) {
        sink = also;
        return this;
    }

    WatchSession open() {
        ClusterWatch.Options options =
                new ClusterWatch.Options(
                        start,
                        Duration.ofSeconds(10),
                        silence,
                        Duration.ofSeconds(300),
                        Duration.ofMillis(200),
                        Duration.ofMillis(100),
                        500);
        watch =
                ClusterWatch.open(
                        client,
                        InstantSource.fixed(NOW),
                        batch -> {
                            batches.add(Objects.lines(batch));
                            sink.accept(batch);
                        },
                        options);
        return this;
    }

    ClusterWatch watch() {
        return Optional.ofNullable(watch).orElseThrow();
    }

    List<List<String>> batches() {
        return batches;
    }

    KindStatus status(String kind) {
        return watch().status().kinds().stream()
                .filter(status -> status.kind().equals(kind))
                .findFirst()
                .orElseThrow();
    }

    /** Waits until the newest batch ends so. */
    void awaitLast(String line) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> batches.getLast().contains(line));
    }

    /** Waits until the newest batch is this. */
    void await(String... lines) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> batches.getLast().equals(Arrays.asList(lines)));
    }

    @Override
    public void close() {
        if (watch != null) {
            watch.close();
        }
        client.close();
    }
}
