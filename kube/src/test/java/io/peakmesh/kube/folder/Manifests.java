package io.peakmesh.kube.folder;

import io.peakmesh.smi.object.MeshObject;
import io.peakmesh.smi.object.ObjectEvent;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/** Manifests, file changes and events in few words. */
final class Manifests {
    static final String BROKEN = "a: [\n";

    private Manifests() {}

    /** Service accounts with a label that tells their versions apart. */
    static String accounts(String version, String... names) {
        return List.of(names).stream()
                .map(name ->
                        "---\n{apiVersion: v1, kind: ServiceAccount, metadata: {name: "
                                + name
                                + ", labels: {v: '"
                                + version
                                + "'}}}\n")
                .collect(Collectors.joining());
    }

    /** A service account that cannot be used. */
    static String invalid(String name) {
        return "---\n{apiVersion: v1, kind: ServiceAccount, metadata: {name: "
                + name
                + ", labels: {v: 5}}}\n";
    }

    static FileChange file(String path, String text) {
        return FileChange.of(path, text.getBytes(StandardCharsets.UTF_8), "");
    }

    static FileChange gone(String path) {
        return new FileChange.Gone(path);
    }

    /** {@code +name=version@file}, {@code -name}, {@code !file: problems}. */
    static List<String> words(List<ObjectEvent> events) {
        return events.stream().map(Manifests::word).toList();
    }

    private static String word(ObjectEvent event) {
        return switch (event) {
            case ObjectEvent.Applied(MeshObject object) -> "+" + object(object);
            case ObjectEvent.Deleted deleted -> "-" + deleted.key().name();
            case ObjectEvent.Unreadable(var origin, var problems) ->
                    "!" + origin + ": " + problems.size();
        };
    }

    static String object(MeshObject object) {
        return object.meta().name()
                + "="
                + object.meta().labels().getOrDefault("v", "")
                + "@"
                + object.meta().ref().origin();
    }
}
