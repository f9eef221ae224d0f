package io.peakmesh.cli.check;

import com.fasterxml.jackson.databind.JsonNode;
import io.peakmesh.kube.survey.Kind;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Whether the proxies' certificates and what they trust are those of today. */
final class ProxyIdentityChecks {
    private final Installation mesh;
    private final Answers controlPlane;
    private final String namespace;

    private ProxyIdentityChecks(Installation mesh, Answers controlPlane, String namespace) {
        this.mesh = mesh;
        this.controlPlane = controlPlane;
        this.namespace = namespace;
    }

    static Category of(Installation mesh, Answers controlPlane, String namespace) {
        ProxyIdentityChecks checks = new ProxyIdentityChecks(mesh, controlPlane, namespace);
        return new Category(
                "peakmesh-identity-data-plane",
                List.of(
                        Check.awaited("data plane namespaces have the trust roots", checks::roots),
                        Check.awaited(
                                "data plane proxies certificate match CA", checks::certificates)));
    }

    private Finding roots() {
        Set<X509Certificate> wanted = new HashSet<>(mesh.roots());
        Set<String> namespaces = new TreeSet<>();
        mesh.view().pods(namespace).stream()
                .filter(pod -> pod.running() && !pod.mode().isEmpty())
                .forEach(pod -> namespaces.add(pod.namespace()));
        List<String> wrong = new ArrayList<>();
        for (String one : namespaces) {
            Optional<JsonNode> map = mesh.view().get(Kind.CONFIG_MAP, one, Installation.ROOTS);
            if (map.isEmpty()) {
                wrong.add(one + ": there is no ConfigMap " + Installation.ROOTS);
            } else if (!new HashSet<>(
                            Installation.certificates(
                                    map.get().path("data").path(Installation.ROOTS_KEY).asText("")))
                    .equals(wanted)) {
                wrong.add(one + ": its ConfigMap " + Installation.ROOTS + " has other roots");
            }
        }
        return wrong.isEmpty()
                ? Finding.good()
                : new Finding.Failure(
                        Few.of(wrong, "lack what new pods there need to connect"),
                        mesh.commands().kubectl("logs deployment/peakmesh -n " + mesh.namespace()));
    }

    /** The control plane sends each proxy its certificate, and is told when it took it. */
    private Finding certificates() {
        List<String> wrong = new ArrayList<>();
        String first = "";
        for (JsonNode proxy : controlPlane.get("/proxies")) {
            String workload = proxy.path("workload").asText("");
            for (JsonNode type : proxy.path("types")) {
                boolean old =
                        !type.path("settled").asBoolean(true) || type.path("refused").asInt(0) > 0;
                if (type.path("type").asText("").equals("SECRET")
                        && old
                        && (namespace.isEmpty() || workload.startsWith(namespace + "/"))) {
                    first = first.isEmpty() ? workload : first;
                    String nack = type.path("lastNack").asText("");
                    wrong.add(workload + (nack.isEmpty() ? "" : ": " + nack));
                }
            }
        }
        return wrong.isEmpty()
                ? Finding.good()
                : new Finding.Failure(
                        Few.of(wrong, "have not taken the newest certificate or roots"),
                        mesh.commands().mesh("diagnostics config " + first));
    }
}
