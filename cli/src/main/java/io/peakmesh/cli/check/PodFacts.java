package io.peakmesh.cli.check;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What the checks ask of a pod.
 *
 * @param inject its annotation {@code peakmesh.io/inject}, empty if absent
 * @param mode its annotation {@code peakmesh.io/proxy}, empty if absent
 * @param proxyVersion its annotation {@code peakmesh.io/proxy-version}, empty if absent
 * @param owner what made it, as kubectl takes it: {@code deployment/web}; empty for nobody
 * @param proxy whether it has the sidecar's container
 * @param proxyReady whether that container is ready
 * @param trouble why it is not ready; empty if it is
 * @param images of its containers
 * @param openProbes whether a probe of an app's container goes to the app itself
 * @param running whether it is neither being deleted nor done
 */
record PodFacts(
        String namespace,
        String name,
        String inject,
        String mode,
        String proxyVersion,
        String owner,
        boolean hostNetwork,
        boolean proxy,
        boolean proxyReady,
        String trouble,
        List<String> images,
        boolean openProbes,
        boolean running,
        String node) {
    static final String PROXY = "peakmesh-proxy";
    private static final int REWRITTEN_PROBES = 15021;
    private static final List<String> PROBES =
            List.of("livenessProbe", "readinessProbe", "startupProbe");
    private static final List<String> HANDLERS = List.of("httpGet", "tcpSocket", "grpc");

    PodFacts {
        images = List.copyOf(images);
    }

    static PodFacts of(JsonNode pod) {
        JsonNode metadata = pod.path("metadata");
        JsonNode annotations = metadata.path("annotations");
        JsonNode spec = pod.path("spec");
        JsonNode status = pod.path("status");
        String phase = status.path("phase").asText("");
        boolean proxy =
                named(spec.path("containers"), PROXY).isPresent()
                        || named(spec.path("initContainers"), PROXY).isPresent();
        boolean ready =
                named(status.path("containerStatuses"), PROXY)
                        .or(() -> named(status.path("initContainerStatuses"), PROXY))
                        .map(one -> one.path("ready").asBoolean(false))
                        .orElse(false);
        return new PodFacts(
                metadata.path("namespace").asText(""),
                metadata.path("name").asText(""),
                annotations.path("peakmesh.io/inject").asText(""),
                annotations.path("peakmesh.io/proxy").asText(""),
                annotations.path("peakmesh.io/proxy-version").asText(""),
                owner(metadata),
                spec.path("hostNetwork").asBoolean(false),
                proxy,
                ready,
                trouble(status),
                texts(spec.path("containers"), "image"),
                openProbes(spec.path("containers")),
                !metadata.has("deletionTimestamp")
                        && !phase.equals("Succeeded")
                        && !phase.equals("Failed"),
                spec.path("nodeName").asText(""));
    }

    /** As kubectl takes it with {@code -n}. */
    String path() {
        return namespace + "/" + name;
    }

    private static Optional<JsonNode> named(JsonNode list, String name) {
        for (JsonNode one : list) {
            if (one.path("name").asText("").equals(name)) {
                return Optional.of(one);
            }
        }
        return Optional.empty();
    }

    private static List<String> texts(JsonNode list, String field) {
        return list.valueStream().map(one -> one.path(field).asText("")).toList();
    }

    /** A Deployment owns its pods by a ReplicaSet with its name and the template's hash. */
    private static String owner(JsonNode metadata) {
        for (JsonNode owner : metadata.path("ownerReferences")) {
            String kind = owner.path("kind").asText("");
            String name = owner.path("name").asText("");
            String hash = metadata.path("labels").path("pod-template-hash").asText("");
            if (kind.equals("ReplicaSet") && !hash.isEmpty() && name.endsWith("-" + hash)) {
                return "deployment/" + name.substring(0, name.length() - hash.length() - 1);
            }
            if (owner.path("controller").asBoolean(false)) {
                return kind.toLowerCase(Locale.ROOT) + "/" + name;
            }
        }
        return "";
    }

    private static boolean openProbes(JsonNode containers) {
        for (JsonNode container : containers) {
            if (container.path("name").asText("").equals(PROXY)) {
                continue;
            }
            for (String probe : PROBES) {
                for (String handler : HANDLERS) {
                    JsonNode asks = container.path(probe).path(handler);
                    if (asks.isObject() && asks.path("port").asInt(0) != REWRITTEN_PROBES) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private static String trouble(JsonNode status) {
        for (JsonNode condition : status.path("conditions")) {
            if (condition.path("type").asText("").equals("Ready")
                    && condition.path("status").asText("").equals("True")) {
                return "";
            }
        }
        for (String list : List.of("initContainerStatuses", "containerStatuses")) {
            for (JsonNode one : status.path(list)) {
                JsonNode waiting = one.path("state").path("waiting");
                String reason = waiting.path("reason").asText("");
                if (!reason.isEmpty() && !reason.equals("PodInitializing")) {
                    return reason + told(waiting.path("message").asText(""));
                }
            }
        }
        for (JsonNode condition : status.path("conditions")) {
            if (condition.path("reason").asText("").equals("Unschedulable")) {
                return "no node takes it" + told(condition.path("message").asText(""));
            }
        }
        String phase = status.path("phase").asText("");
        return phase.equals("Running") ? "not ready" : phase.isEmpty() ? "not started" : phase;
    }

    private static String told(String message) {
        return message.isEmpty() ? "" : ": " + message.strip().replaceAll("\\s+", " ");
    }
}
