package io.peakmesh.kube.watch;

import io.peakmesh.smi.object.MeshObject;
import io.peakmesh.smi.object.ObjectEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON of objects as an API server sends them, and events in one line each. */
final class Objects {
    private Objects() {}

    /** A Service whose selector says {@code mark}. */
    static String service(String name, String uid, int version, String mark) {
        return """
        {"metadata":{"name":"%s","namespace":"shop","uid":"%s","resourceVersion":"%d",\
        "managedFields":[{"manager":"kubectl"}]},\
        "spec":{"clusterIP":"10.0.0.1","ports":[{"port":80}],"selector":{"app":"%s"}}}\
        """
                .formatted(name, uid, version, mark);
    }

    /** A Service that cannot be used. */
    static String broken(String name, String uid, int version) {
        return service(name, uid, version, "x").replace("\"port\":80", "\"port\":0");
    }

    static String news(String type, String object) {
        return "{\"type\":\"%s\",\"object\":%s}\n".formatted(type, object);
    }

    static String bookmark(int version) {
        return news("BOOKMARK", "{\"metadata\":{\"resourceVersion\":\"" + version + "\"}}");
    }

    /** An object as it is read from the wire. */
    static Map<String, @Nullable Object> tree(WatchedKind kind, String json) throws IOException {
        try (TreeReader reader = TreeReader.of(json.getBytes(StandardCharsets.UTF_8))) {
            reader.next();
            return reader.tree(kind.shape());
        }
    }

    static WatchedKind kind(String name) {
        return WatchedKind.ALL.stream()
                .filter(k -> k.kind().equals(name))
                .findFirst()
                .orElseThrow();
    }

    static List<String> lines(List<ObjectEvent> events) {
        return events.stream().map(Objects::line).toList();
    }

    static String line(ObjectEvent event) {
        return switch (event) {
            case ObjectEvent.Applied(MeshObject.ServiceObject service) ->
                    "+" + service.meta().name() + " " + service.selector().get("app");
            case ObjectEvent.Applied(MeshObject object) -> "+" + object.meta().name();
            case ObjectEvent.Deleted(var key) -> "-" + key.name();
            case ObjectEvent.Unreadable(String origin, var problems) ->
                    "!" + origin + " " + problems.size();
        };
    }
}
