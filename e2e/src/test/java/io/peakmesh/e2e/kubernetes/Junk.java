package io.peakmesh.e2e.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;

/**
 * SMI objects that nobody needs, in a namespace that is in use: of each kind valid ones, invalid
 * ones, ones that name what is not there, and ones that contradict each other and what is in force.
 */
final class Junk {
    private static final int CLIENTS = 16;
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final String LABEL = "junk";
    private static final String SELECTED = "?labelSelector=" + LABEL + "%3Dyes";
    private static final List<String> KINDS =
            List.of("TrafficSplit", "HTTPRouteGroup", "TrafficTarget", "TCPRoute");

    private final KubernetesClient client;
    private final String namespace;

    Junk(KubernetesClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
    }

    /**
     * Makes objects of these numbers by several clients at once; returns how many had which answer:
     * 200 where they were stored.
     */
    SortedMap<Integer, Integer> create(int from, int to, boolean invalidOnly) {
        SortedMap<Integer, Integer> answers = new ConcurrentSkipListMap<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = from; i < to; i++) {
                int number = i;
                if (!invalidOnly || variant(i) == Variant.INVALID) {
                    all.add(threads.submit(() -> answers.merge(create(number), 1, Integer::sum)));
                }
            }
            for (Future<?> one : all) {
                one.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        return answers;
    }

    private enum Variant {
        VALID,
        INVALID,
        DANGLING,
        CONFLICTING
    }

    private static Variant variant(int number) {
        return Variant.values()[number / KINDS.size() % Variant.values().length];
    }

    private int create(int number) {
        String kind = KINDS.get(number % KINDS.size());
        try {
            client.raw(path(kind), "POST", object(kind, number));
            return 200;
        } catch (KubernetesClientException e) {
            return e.getCode();
        }
    }

    private String path(String kind) {
        return "/apis/"
                + version(kind)
                + "/namespaces/"
                + namespace
                + "/"
                + kind.toLowerCase(Locale.ROOT)
                + "s";
    }

    private static String version(String kind) {
        return switch (kind) {
            case "TrafficSplit" -> "split.smi-spec.io/v1alpha4";
            case "TrafficTarget" -> "access.smi-spec.io/v1alpha4";
            default -> "specs.smi-spec.io/v1alpha4";
        };
    }

    private Map<String, Object> object(String kind, int number) {
        Variant variant = variant(number);
        return Map.of(
                "apiVersion",
                version(kind),
                "kind",
                kind,
                "metadata",
                Map.of("name", "junk-" + number, "labels", Map.of(LABEL, "yes")),
                "spec",
                switch (kind) {
                    case "TrafficSplit" -> split(variant, number);
                    case "HTTPRouteGroup" -> routes(variant, number);
                    case "TrafficTarget" -> target(variant, number);
                    default -> tcp(variant, number);
                });
    }

    private static Map<String, Object> split(Variant variant, int number) {
        String root =
                switch (variant) {
                    case DANGLING -> "api";
                    case CONFLICTING -> FaultTown.ROOT;
                    case VALID, INVALID -> "nobody-" + number;
                };
        String backend = variant == Variant.DANGLING ? "gone-" + number : "web-v1";
        int weight = variant == Variant.INVALID ? -5 : 1;
        return Map.of(
                "service", root, "backends", List.of(Map.of("service", backend, "weight", weight)));
    }

    private static Map<String, Object> routes(Variant variant, int number) {
        String path = variant == Variant.INVALID ? "(((" : "/junk/" + number;
        Map<String, Object> match =
                Map.of("name", "one", "pathRegex", path, "methods", List.of("GET"));
        return Map.of(
                "matches", variant == Variant.CONFLICTING ? List.of(match, match) : List.of(match));
    }

    private Map<String, Object> target(Variant variant, int number) {
        String group = variant == Variant.DANGLING ? "gone-" + number : "all";
        String source = variant == Variant.CONFLICTING ? "caller" : "stranger-" + number;
        return Map.of(
                "destination",
                account("api"),
                "sources",
                variant == Variant.INVALID ? List.of() : List.of(account(source)),
                "rules",
                List.of(Map.of("kind", "HTTPRouteGroup", "name", group)));
    }

    private Map<String, Object> account(String name) {
        return Map.of("kind", "ServiceAccount", "name", name, "namespace", namespace);
    }

    private static Map<String, Object> tcp(Variant variant, int number) {
        return Map.of(
                "matches",
                Map.of(
                        "name",
                        "one",
                        "ports",
                        List.of(variant == Variant.INVALID ? 70_000 : 1 + number)));
    }

    /** Deletes all of it; a request that takes too long for a client is sent again. */
    void delete() {
        for (String kind : KINDS) {
            Awaitility.await("the end of every junk " + kind)
                    .atMost(PATIENCE)
                    .pollDelay(Duration.ZERO)
                    .ignoreException(KubernetesClientException.class)
                    .until(() -> {
                        client.raw(path(kind) + SELECTED, "DELETE", null);
                        return true;
                    });
        }
    }
}
