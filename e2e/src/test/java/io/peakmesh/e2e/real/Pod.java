package io.peakmesh.e2e.real;

import io.peakmesh.model.WorkloadName;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A Pod of a test. Its label {@code app} and its service account are its app's name, its label
 * {@code pod} is its own.
 *
 * @param ports where its app listens
 */
public record Pod(
        String namespace,
        String name,
        String app,
        String ip,
        List<Integer> ports,
        SortedMap<String, String> annotations) {
    public static final int OUTBOUND = 15001;
    public static final int INBOUND = 15006;
    public static final int MESH_PORT = 15443;
    public static final int ADMIN = 15000;

    /** Without a sidecar. */
    public static Pod unmeshed(
            String namespace, String name, String app, String ip, Integer... ports) {
        return new Pod(namespace, name, app, ip, List.of(ports), new TreeMap<>());
    }

    public Pod with(String annotation, String value) {
        SortedMap<String, String> more = new TreeMap<>(annotations);
        more.put(annotation, value);
        return new Pod(namespace, name, app, ip, ports, more);
    }

    /** With a sidecar at {@link #MESH_PORT}, to which its app sends at {@link #OUTBOUND}. */
    public Pod meshPort() {
        return with("peakmesh.io/proxy", "mesh-port")
                .with("peakmesh.io/mesh-port", "" + MESH_PORT)
                .with("peakmesh.io/outbound-port", "" + OUTBOUND);
    }

    /** With a sidecar to which the kernel brings its traffic. */
    public Pod redirect() {
        return with("peakmesh.io/proxy", "redirect");
    }

    public WorkloadName workload() {
        return new WorkloadName(namespace, name);
    }

    public String spiffeId() {
        return "spiffe://cluster.local/ns/" + namespace + "/sa/" + app;
    }

    public String yaml() {
        return """
        apiVersion: v1
        kind: Pod
        metadata:
          name: %s
          namespace: %s
          labels: {app: %s, pod: %s}
          annotations: {%s}
        spec:
          serviceAccountName: %s
          containers:
          - name: app
            ports: [%s]
        status:
          podIP: %s
        """
                .formatted(
                        name,
                        namespace,
                        app,
                        name,
                        annotations.entrySet().stream()
                                .map(Pod::quoted)
                                .collect(Collectors.joining(", ")),
                        app,
                        ports.stream()
                                .map(port -> "{containerPort: " + port + "}")
                                .collect(Collectors.joining(", ")),
                        ip);
    }

    private static String quoted(Map.Entry<String, String> pair) {
        return pair.getKey() + ": \"" + pair.getValue() + "\"";
    }
}
