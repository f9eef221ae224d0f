package io.peakmesh.smi.discovery;

import io.peakmesh.model.ProxyMode;
import io.peakmesh.smi.object.Fields;
import io.peakmesh.smi.object.MeshObject.PodObject;
import io.peakmesh.smi.object.Report;
import java.util.Optional;
import java.util.SortedMap;

/** How a pod's annotations say its proxy is reached. */
final class ProxyAnnotations {
    static final String PROXY = "peakmesh.io/proxy";
    static final String MESH_PORT = "peakmesh.io/mesh-port";
    static final String OUTBOUND_PORT = "peakmesh.io/outbound-port";
    static final String OUTBOUND_ADDRESS = "peakmesh.io/outbound-address";
    static final int DEFAULT_MESH_PORT = 15443;
    static final int DEFAULT_OUTBOUND_PORT = 15001;

    private ProxyAnnotations() {}

    /** The mode, or {@code earlier} where an annotation cannot be read. */
    static ProxyMode mode(PodObject pod, ProxyMode earlier, Report report) {
        SortedMap<String, String> annotations = pod.meta().annotations();
        String text = annotations.getOrDefault(PROXY, "none");
        Optional<ProxyMode> mode =
                switch (text) {
                    case "none" -> Optional.of(new ProxyMode.Unmeshed());
                    case "redirect" -> Optional.of(new ProxyMode.Redirect());
                    case "mesh-port" -> meshPort(annotations, report);
                    default -> {
                        report.error(
                                Annotations.path(PROXY),
                                "must be redirect, mesh-port or none, is " + Fields.quote(text));
                        yield Optional.empty();
                    }
                };
        ProxyMode chosen = mode.orElse(earlier);
        if (pod.hostNetwork() && chosen.meshed()) {
            report.warning(
                    Annotations.path(PROXY),
                    "has no effect on a pod in its node's network: remove hostNetwork to mesh it");
            return new ProxyMode.Unmeshed();
        }
        return chosen;
    }

    private static Optional<ProxyMode> meshPort(
            SortedMap<String, String> annotations, Report report) {
        Optional<Integer> inbound = port(annotations, MESH_PORT, DEFAULT_MESH_PORT, report);
        Optional<Integer> outbound =
                port(annotations, OUTBOUND_PORT, DEFAULT_OUTBOUND_PORT, report);
        Optional<Boolean> loopback = loopback(annotations, report);
        if (inbound.isEmpty() || outbound.isEmpty() || loopback.isEmpty()) {
            return Optional.empty();
        }
        if (inbound.get().equals(outbound.get())) {
            report.error(
                    Annotations.path(OUTBOUND_PORT),
                    "must differ from " + MESH_PORT + ", both are " + inbound.get());
            return Optional.empty();
        }
        return Optional.of(new ProxyMode.MeshPort(inbound.get(), outbound.get(), loopback.get()));
    }

    private static Optional<Boolean> loopback(
            SortedMap<String, String> annotations, Report report) {
        String text = annotations.getOrDefault(OUTBOUND_ADDRESS, "own");
        return switch (text) {
            case "own" -> Optional.of(false);
            case "loopback" -> Optional.of(true);
            default -> {
                report.error(
                        Annotations.path(OUTBOUND_ADDRESS),
                        "must be own or loopback, is " + Fields.quote(text));
                yield Optional.empty();
            }
        };
    }

    private static Optional<Integer> port(
            SortedMap<String, String> annotations, String name, int otherwise, Report report) {
        String text = annotations.get(name);
        Optional<Integer> port = text == null ? Optional.of(otherwise) : Annotations.port(text);
        if (port.isEmpty()) {
            report.error(
                    Annotations.path(name),
                    "must be a port from 1 to 65535, is " + Fields.quote(text));
        }
        return port;
    }
}
