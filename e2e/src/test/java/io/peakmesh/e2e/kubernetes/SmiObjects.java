package io.peakmesh.e2e.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.Awaitility;

/** Reads what is said of SMI objects in a cluster: their conditions and events. */
record SmiObjects(Cluster cluster) {
    static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * A condition of an object.
     *
     * @param current whether it is of the object as it is now
     */
    record Says(String status, String reason, String message, boolean current) {}

    static JsonNode tree(String json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a list or an object at this path of the API server is. */
    JsonNode get(String path) {
        return tree(cluster.client().raw(path));
    }

    static String splits(String namespace) {
        return "/apis/split.smi-spec.io/v1alpha4/namespaces/" + namespace + "/trafficsplits";
    }

    static Says condition(JsonNode object, String type) {
        for (JsonNode condition : object.at("/status/conditions")) {
            if (condition.path("type").asText().equals(type)) {
                return new Says(
                        condition.path("status").asText(),
                        condition.path("reason").asText(),
                        condition.path("message").asText(),
                        condition.path("observedGeneration").asLong()
                                == object.at("/metadata/generation").asLong());
            }
        }
        return new Says("", "", "", false);
    }

    /** Waits until a split's condition has this status and reason, for the split as it is now. */
    Says await(String namespace, String split, String type, String status, String reason) {
        return Awaitility.await(split + " is " + type + " " + status + " " + reason)
                .atMost(PATIENCE)
                .until(
                        () -> condition(get(splits(namespace) + "/" + split), type),
                        says ->
                                says.current()
                                        && says.status().equals(status)
                                        && says.reason().equals(reason));
    }

    /** How often each thing was told, as {@code kind/name reason}. */
    Map<String, Integer> events(String namespace) {
        Map<String, Integer> events = new TreeMap<>();
        for (JsonNode event :
                get("/apis/events.k8s.io/v1/namespaces/" + namespace + "/events").path("items")) {
            String what =
                    event.at("/regarding/kind").asText()
                            + "/"
                            + event.at("/regarding/name").asText()
                            + " "
                            + event.path("reason").asText();
            int times = Math.max(1, event.at("/series/count").asInt());
            events.merge(what, times, Integer::sum);
        }
        return events;
    }

    /** The resourceVersion of every split in a namespace. */
    Map<String, String> versions(String namespace) {
        Map<String, String> versions = new TreeMap<>();
        for (JsonNode item : get(splits(namespace)).path("items")) {
            versions.put(
                    item.at("/metadata/name").asText(),
                    item.at("/metadata/resourceVersion").asText());
        }
        return versions;
    }
}
