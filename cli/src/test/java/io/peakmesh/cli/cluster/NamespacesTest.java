package io.peakmesh.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peakmesh.model.ObjectRef;
import io.peakmesh.smi.object.MeshObject.NamespaceObject;
import io.peakmesh.smi.object.Meta;
import io.peakmesh.smi.object.ObjectEvent;
import io.peakmesh.smi.object.ObjectKey;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class NamespacesTest {
    private static final Namespaces.Source AWAY =
            name -> {
                throw new IOException("the API server is away");
            };

    static NamespaceObject namespace(String name, Map<String, String> annotations) {
        return new NamespaceObject(
                new Meta(
                        new ObjectRef("Namespace", "", name, ""),
                        "uid-" + name,
                        Optional.empty(),
                        new TreeMap<>(
                                Map.of(
                                        "pod-security.kubernetes.io/enforce",
                                        "baseline",
                                        "team",
                                        "shop")),
                        new TreeMap<>(annotations)));
    }

    private static ObjectEvent applied(String name, String... annotation) {
        return new ObjectEvent.Applied(
                namespace(
                        name,
                        annotation.length == 0
                                ? Map.of()
                                : Map.of(annotation[0], annotation[1], "note", "x".repeat(1000))));
    }

    @Test
    void keepsOfANamespaceWhatInjectionAsksAndNoMore() throws IOException {
        Namespaces namespaces = new Namespaces(AWAY, () -> true);
        namespaces.take(List.of(applied("shop", "config.peakmesh.io/log-level", "debug")));

        Namespaces.Known known = namespaces.of("shop").orElseThrow();

        assertThat(known.uid()).isEqualTo("uid-shop");
        assertThat(known.facts().annotations())
                .isEqualTo(Map.of("config.peakmesh.io/log-level", "debug"));
        assertThat(known.facts().labels())
                .isEqualTo(Map.of("pod-security.kubernetes.io/enforce", "baseline"));
    }

    @Test
    void namesThoseWhosePodsGetASidecar() {
        Namespaces namespaces = new Namespaces(AWAY, () -> true);
        namespaces.take(
                List.of(
                        applied("shop", "peakmesh.io/inject", "enabled"),
                        applied("bank", "peakmesh.io/inject", "disabled"),
                        applied("farm"),
                        applied("left", "peakmesh.io/inject", "enabled"),
                        applied("kube-system", "peakmesh.io/inject", "enabled"),
                        new ObjectEvent.Deleted(new ObjectKey("Namespace", "", "left"))));

        assertThat(namespaces.injected()).containsExactly("shop");
    }

    @Test
    void asksForOneThatNoEventHasToldOf() throws IOException {
        Namespaces namespaces =
                new Namespaces(name -> Optional.of(namespace(name, Map.of())), () -> true);

        assertThat(namespaces.of("new").orElseThrow().uid()).isEqualTo("uid-new");
        assertThat(namespaces.injected()).isEmpty();
    }

    @Test
    void doesNotGuessWhereNothingIsKnown() {
        Namespaces namespaces = new Namespaces(AWAY, () -> true);

        assertThatThrownBy(() -> namespaces.of("new"))
                .isInstanceOf(IOException.class)
                .hasMessage("the API server is away");
    }

    @Test
    void asksWhileTheWatchIsBrokenOffAndFallsBackToWhatWasKnown() throws IOException {
        AtomicBoolean answers = new AtomicBoolean(true);
        Namespaces namespaces =
                new Namespaces(
                        name -> {
                            if (!answers.get()) {
                                throw new IOException("away");
                            }
                            return Optional.of(
                                    namespace(name, Map.of("peakmesh.io/inject", "disabled")));
                        },
                        () -> false);
        namespaces.take(List.of(applied("shop", "peakmesh.io/inject", "enabled")));

        assertThat(inject(namespaces)).isEqualTo("disabled");
        answers.set(false);
        assertThat(inject(namespaces)).isEqualTo("enabled");
    }

    private static String inject(Namespaces namespaces) throws IOException {
        return namespaces
                .of("shop")
                .orElseThrow()
                .facts()
                .annotations()
                .getOrDefault("peakmesh.io/inject", "");
    }

    @Test
    void ofOneNamespaceOnlyOneQuestionIsUnderWay() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        CountDownLatch answer = new CountDownLatch(1);
        Namespaces namespaces =
                new Namespaces(
                        name -> {
                            asked.incrementAndGet();
                            try {
                                answer.await();
                            } catch (InterruptedException e) {
                                throw new IOException(e);
                            }
                            return Optional.of(namespace(name, Map.of()));
                        },
                        () -> true);
        try (ExecutorService pods = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Optional<Namespaces.Known>>> answers = new ArrayList<>();
            for (int pod = 0; pod < 50; pod++) {
                answers.add(pods.submit(() -> namespaces.of("new")));
            }
            Awaitility.await().until(() -> asked.get() > 0);
            assertThat(asked).hasValue(1);
            answer.countDown();
            for (Future<Optional<Namespaces.Known>> each : answers) {
                assertThat(each.get()).isPresent();
            }
        }
    }
}
