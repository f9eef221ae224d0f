package io.peakmesh.injector.patch;

import io.peakmesh.injector.patch.Verdict.Found;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** The environment that sends an app's HTTP to its sidecar where nothing redirects it. */
final class ProxyVariables {
    /** Both spellings: curl reads the lower case only, and some programs only the upper case. */
    private static Map<String, String> variables(int port) {
        String proxy = "http://127.0.0.1:" + port;
        String not = "localhost,127.0.0.1,::1";
        return new TreeMap<>(
                Map.of("http_proxy", proxy, "HTTP_PROXY", proxy, "no_proxy", not, "NO_PROXY", not));
    }

    private ProxyVariables() {}

    /** Adds to a copy of the pod what its containers do not say themselves. */
    static void add(
            Map<String, Object> pod, int port, boolean initContainersToo, Original original) {
        for (Found found : Verdict.containers(pod)) {
            boolean init = found.field().startsWith("spec.initContainers");
            if (!init || initContainersToo) {
                add(found.container(), variables(port), original);
            }
        }
    }

    private static void add(
            Map<String, Object> container, Map<String, String> variables, Original original) {
        String name = Tree.text(container, "name");
        List<Map<String, Object>> there = Tree.maps(container, "env");
        original.noteEmpty("env/" + name, container, "env");
        variables.forEach((variable, value) -> {
            if (there.stream().noneMatch(v -> Tree.text(v, "name").equals(variable))) {
                Tree.childList(container, "env").add(Tree.of("name", variable, "value", value));
                original.environment(name, variable);
            }
        });
    }

    /** Removes from a copy of a container what was added and not changed by hand since. */
    static void remove(Map<String, Object> container, int port, Original original) {
        String name = Tree.text(container, "name");
        List<?> added = original.environment(name);
        if (added.isEmpty()) {
            return;
        }
        Map<String, String> ours = variables(port);
        Tree.childList(container, "env")
                .removeIf(item -> {
                    String variable = Tree.text(Tree.map(item), "name");
                    return added.contains(variable)
                            && Objects.equals(ours.get(variable), Tree.map(item).get("value"));
                });
        original.settle("env/" + name, container, "env");
    }
}
