package io.peakmesh.injector.patch;

import io.peakmesh.injector.patch.Verdict.Found;
import io.peakmesh.xds.translator.bootstrap.AppProbe;
import io.peakmesh.xds.translator.bootstrap.PodBootstrap;
import io.peakmesh.xds.translator.bootstrap.ProxyImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/**
 * How the kubelet's probes reach the app behind a redirect: by their ports, which stay open to the
 * node's addresses, or by way of the proxy, which asks the app.
 */
final class Probes {
    private static final List<String> PROBES =
            List.of("startupProbe", "livenessProbe", "readinessProbe");
    private static final List<String> HOOKS = List.of("postStart", "preStop");

    private final List<AppProbe> asked = new ArrayList<>();
    private final List<String> remarks = new ArrayList<>();

    /** Of containers that run beside the proxy and are not ours. */
    private static List<Found> running(Map<String, Object> pod) {
        return Verdict.containers(pod).stream()
                .filter(found ->
                        !found.field().startsWith("spec.initContainers")
                                || Tree.text(found.container(), "restartPolicy").equals("Always"))
                .toList();
    }

    /** The ports that the kubelet calls on the pod's own address. */
    static NavigableSet<Integer> ports(Map<String, Object> pod) {
        NavigableSet<Integer> ports = new TreeSet<>();
        for (Found found : running(pod)) {
            Map<String, Object> container = found.container();
            for (String probe : PROBES) {
                port(Tree.map(container, probe), container).ifPresent(ports::add);
            }
            for (String hook : HOOKS) {
                port(Tree.map(Tree.map(container, "lifecycle"), hook), container)
                        .ifPresent(ports::add);
            }
        }
        return ports;
    }

    /** Has the probes of a copy of the pod ask the proxy. */
    void rewrite(Map<String, Object> pod, Original original) {
        for (Found found : running(pod)) {
            Map<String, Object> container = found.container();
            for (String name : PROBES) {
                if (container.get(name) instanceof Map) {
                    Map<String, Object> probe = Tree.map(container, name);
                    Optional<AppProbe> read = read(probe, container);
                    if (read.isPresent()) {
                        rewrite(probe, read.get(), Tree.text(container, "name"), name, original);
                    }
                }
            }
            for (String hook : HOOKS) {
                if (port(Tree.map(Tree.map(container, "lifecycle"), hook), container).isPresent()) {
                    remarks.add(
                            found.field()
                                    + ".lifecycle."
                                    + hook
                                    + " is a call by the node without mTLS, which this namespace"
                                    + " denies: use exec, or the annotation"
                                    + " config.peakmesh.io/probes: through");
                }
            }
        }
    }

    private void rewrite(
            Map<String, Object> probe,
            AppProbe read,
            String container,
            String name,
            Original original) {
        Map<String, Object> handler = Tree.of();
        for (String kind : List.of("httpGet", "tcpSocket", "grpc")) {
            if (probe.containsKey(kind)) {
                handler.put(kind, probe.get(kind));
                probe.remove(kind);
            }
        }
        original.probe(container, name, handler);
        int index = asked.indexOf(read);
        if (index < 0) {
            index = asked.size();
            asked.add(read);
        }
        Map<String, Object> get =
                Tree.of("path", PodBootstrap.probePath(index), "port", ProxyImage.READY_PORT);
        Object headers = Tree.map(handler, "httpGet").get("httpHeaders");
        if (headers != null) {
            get.put("httpHeaders", headers);
        }
        probe.put("httpGet", get);
    }

    /** Probes that the proxy asks, in the order of their paths. */
    List<AppProbe> asked() {
        return List.copyOf(asked);
    }

    List<String> remarks() {
        return List.copyOf(remarks);
    }

    /** Whether a probe was rewritten, and has not been changed by hand since. */
    static boolean rewritten(Map<String, Object> probe) {
        Map<String, Object> get = Tree.map(probe, "httpGet");
        return Tree.text(get, "port").equals("" + ProxyImage.READY_PORT)
                && Tree.text(get, "path").startsWith("/probes/");
    }

    private static Optional<AppProbe> read(
            Map<String, Object> probe, Map<String, Object> container) {
        Optional<Integer> port = port(probe, container);
        if (port.isEmpty()) {
            return Optional.empty();
        }
        int number = port.get();
        if (probe.get("httpGet") instanceof Map) {
            Map<String, Object> get = Tree.map(probe, "httpGet");
            boolean tls = Tree.text(get, "scheme").equals("HTTPS");
            return Optional.of(new AppProbe.Http(number, Tree.text(get, "path"), tls));
        }
        if (probe.get("tcpSocket") instanceof Map) {
            return Optional.of(new AppProbe.Tcp(number));
        }
        return Optional.of(
                new AppProbe.Grpc(number, Tree.text(Tree.map(probe, "grpc"), "service")));
    }

    /** The port on the pod's own address; empty if it asks none, or another host. */
    private static Optional<Integer> port(
            Map<String, Object> handler, Map<String, Object> container) {
        for (String kind : List.of("httpGet", "tcpSocket", "grpc")) {
            Map<String, Object> action = Tree.map(handler, kind);
            if (!action.isEmpty()) {
                return Tree.text(action, "host").isEmpty()
                        ? number(Tree.text(action, "port"), container)
                        : Optional.empty();
            }
        }
        return Optional.empty();
    }

    private static Optional<Integer> number(String port, Map<String, Object> container) {
        if (Setting.number(port, 1, 65535)) {
            return Optional.of(Integer.valueOf(port));
        }
        return Tree.maps(container, "ports").stream()
                .filter(declared -> Tree.text(declared, "name").equals(port) && !port.isEmpty())
                .map(declared -> Tree.text(declared, "containerPort"))
                .filter(number -> Setting.number(number, 1, 65535))
                .map(Integer::valueOf)
                .findFirst();
    }
}
