package io.peakmesh.kube.roots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.peakmesh.kube.connect.ScriptedApi;
import io.peakmesh.kube.connect.ScriptedApi.Answer;
import io.peakmesh.kube.connect.ScriptedApi.Asked;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RootsPublisherTest {
    private static final Pattern ONE =
            Pattern.compile("/api/v1/namespaces/([^/]+)/configmaps/peakmesh-roots.*");
    private static final Pattern BUNDLE = Pattern.compile("\"roots\\.pem\" *: *\"([^\"]*)\"");

    /** Namespace → the bundle that it has. */
    private final Map<String, String> there = new ConcurrentSkipListMap<>();

    private ScriptedApi api;
    private RootsPublisher publisher;

    @BeforeEach
    void start() throws IOException {
        api = new ScriptedApi(this::answer);
        publisher = new RootsPublisher(api.client(), InstantSource.system(), "peakmesh");
        there.put("shop", "former");
        there.put("left", "former");
    }

    @AfterEach
    void stop() {
        publisher.close();
        api.close();
    }

    @Test
    void whatNeedsTheBundleGetsItAndWhatDoesNotLosesIt() {
        publisher.publish("next", Set.of("shop", "new"));
        publisher.start();

        awaitThere(Map.of("new", "next", "peakmesh", "next", "shop", "next"));
    }

    @Test
    void nothingIsTakenAwayBeforeItIsKnownWhatNeedsTheBundle() {
        publisher.publish("next");
        publisher.start();
        awaitThere(Map.of("left", "next", "peakmesh", "next", "shop", "next"));
        assertThat(api.asked("DELETE")).isZero();

        publisher.publish("next", Set.of("shop"));
        awaitThere(Map.of("peakmesh", "next", "shop", "next"));
        assertThat(asked("DELETE")).containsExactly("left");
        assertThat(asked("PATCH")).containsExactly("left", "peakmesh", "shop");
    }

    private void awaitThere(Map<String, String> expected) {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(there).isEqualTo(expected));
    }

    /** The namespaces that this was done to. */
    private List<String> asked(String method) {
        return api.asked().stream()
                .filter(asked -> asked.method().equals(method))
                .map(asked -> namespace(asked.path()))
                .toList();
    }

    private Answer answer(Asked asked) {
        if (asked.method().equals("GET")) {
            return Answer.of(
                    200,
                    there.entrySet().stream()
                            .map(one ->
                                    """
                                    {"metadata": {"namespace": "%1$s", "uid": "u-%1$s"}, "data": {"roots.pem": "%2$s"}}
                                    """
                                            .formatted(one.getKey(), one.getValue()))
                            .collect(Collectors.joining(",", "{\"items\": [", "]}")));
        }
        String namespace = namespace(asked.path());
        if (asked.method().equals("DELETE")) {
            there.remove(namespace);
        } else {
            Matcher bundle = BUNDLE.matcher(asked.body());
            assertThat(bundle.find()).as(asked.body()).isTrue();
            there.put(namespace, bundle.group(1));
        }
        return Answer.of(200, "{}");
    }

    private static String namespace(String path) {
        Matcher one = ONE.matcher(path);
        assertThat(one.matches()).as(path).isTrue();
        return one.group(1);
    }
}
