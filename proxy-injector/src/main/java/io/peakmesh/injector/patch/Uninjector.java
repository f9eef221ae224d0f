package io.peakmesh.injector.patch;

import io.peakmesh.injector.patch.Verdict.Found;
import java.util.List;
import java.util.Map;

/** Takes from a pod what injection gave it, and puts back what injection changed. */
public final class Uninjector {
    private Uninjector() {}

    /** Whether a pod, or a template of one, has a sidecar of ours. */
    public static boolean injected(Map<String, Object> pod) {
        return Verdict.injected(pod);
    }

    /**
     * A pod as it was before its injection; one that has no sidecar as it is. What was edited since
     * stays as it was edited.
     */
    public static Map<String, Object> of(Map<String, Object> injected) {
        Map<String, Object> pod = Tree.copy(injected);
        if (!Verdict.injected(pod)) {
            return pod;
        }
        Map<String, Object> metadata = Tree.childMap(pod, "metadata");
        Map<String, Object> annotations = Tree.childMap(metadata, "annotations");
        Original original = Original.of(annotations);
        for (Found found : Verdict.containers(pod)) {
            restore(found.container(), annotations, original);
        }
        Map<String, Object> spec = Tree.childMap(pod, "spec");
        removeNamed(spec, "initContainers", Names.REDIRECT_CONTAINER, original);
        removeNamed(spec, "initContainers", Names.PROXY_CONTAINER, original);
        removeNamed(spec, "containers", Names.PROXY_CONTAINER, original);
        removeNamed(spec, "volumes", Names.VOLUME, original);
        List.of(Names.PROXY, Names.OUTBOUND_ADDRESS, Names.PROXY_VERSION, Names.INJECTED_BY)
                .forEach(annotations::remove);
        annotations.remove(Names.ORIGINAL);
        original.annotations()
                .forEach((name, value) -> {
                    if (value == null) {
                        annotations.remove(name);
                    } else {
                        annotations.put(name, value);
                    }
                });
        original.settle("annotations", metadata, "annotations");
        original.settle("metadata", pod, "metadata");
        return pod;
    }

    private static void restore(
            Map<String, Object> container, Map<String, Object> annotations, Original original) {
        String name = Tree.text(container, "name");
        original.probes(name)
                .forEach((probeName, handler) -> {
                    Map<String, Object> probe = Tree.map(container, probeName);
                    if (Probes.rewritten(probe)) {
                        probe.remove("httpGet");
                        probe.putAll(Tree.copy(Tree.map(handler)));
                    }
                });
        String port = Tree.text(annotations, Names.OUTBOUND_PORT);
        ProxyVariables.remove(
                container,
                Setting.number(port, 1, 65535)
                        ? Integer.parseInt(port)
                        : Names.DEFAULT_OUTBOUND_PORT,
                original);
    }

    private static void removeNamed(
            Map<String, Object> spec, String list, String name, Original original) {
        if (spec.get(list) instanceof List<?> items
                && items.removeIf(item -> Tree.text(Tree.map(item), "name").equals(name))) {
            original.settle(list, spec, list);
        }
    }
}
