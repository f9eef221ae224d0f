package io.peakmesh.cli.run;

import io.peakmesh.model.Endpoint;
import io.peakmesh.model.Endpoints;
import io.peakmesh.model.Grant;
import io.peakmesh.model.HttpMatch;
import io.peakmesh.model.Invalid;
import io.peakmesh.model.Mesh;
import io.peakmesh.model.Ports;
import io.peakmesh.model.ServiceAccountName;
import io.peakmesh.model.ServiceName;
import io.peakmesh.model.Source;
import io.peakmesh.model.TrafficTarget;
import io.peakmesh.model.Workload;
import io.peakmesh.model.WorkloadName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What {@code mesh diagnostics} is answered, as rows of named values. */
final class Diagnostics {
    private Diagnostics() {}

    /** The endpoints that the mesh knows, of one service ({@code namespace/name}) or of all. */
    static List<Map<String, Object>> endpoints(Mesh mesh, String service) {
        List<Map<String, Object>> rows = new ArrayList<>();
        if (!service.isEmpty() && !mesh.services().containsKey(ServiceName.parse(service))) {
            throw new IllegalArgumentException(
                    "no service " + service + "; see all: mesh diagnostics endpoints");
        }
        for (Endpoints endpoints : mesh.endpoints().values()) {
            if (!service.isEmpty() && !endpoints.service().toString().equals(service)) {
                continue;
            }
            endpoints
                    .byPort()
                    .forEach((port, list) -> {
                        for (Endpoint endpoint : list) {
                            rows.add(row(endpoints.service(), port, endpoint));
                        }
                    });
        }
        return rows;
    }

    private static Map<String, Object> row(ServiceName service, int port, Endpoint endpoint) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("namespace", service.namespace());
        row.put("ip", endpoint.address());
        row.put("port", endpoint.port());
        row.put("pod", endpoint.workload().map(w -> w.name()).orElse("-"));
        row.put("service", service.name() + "." + service.namespace() + ":" + port);
        row.put("health", endpoint.health().name().toLowerCase(Locale.ROOT));
        row.put("meshed", endpoint.proxy().meshed());
        row.put("identity", endpoint.serviceAccount().map(Object::toString).orElse("-"));
        return row;
    }

    /**
     * Who may call whom: the TrafficTargets and modes of all namespaces, of one, or those that let
     * callers in at one workload ({@code namespace/name}).
     */
    static Map<String, Object> policy(Mesh mesh, String scope) {
        Optional<ServiceAccountName> account = account(mesh, scope);
        String namespace = account.map(ServiceAccountName::namespace).orElse(scope);
        List<Map<String, Object>> modes = new ArrayList<>();
        mesh.workloads().values().stream()
                .filter(w -> w.proxy().meshed())
                .map(w -> w.name().namespace())
                .filter(n -> namespace.isEmpty() || n.equals(namespace))
                .distinct()
                .map(mesh::namespace)
                .forEach(n -> {
                    Map<String, Object> mode = new LinkedHashMap<>();
                    mode.put("namespace", n.name());
                    mode.put("access", n.access().name().toLowerCase(Locale.ROOT));
                    mode.put("unmeshedCallers", n.unmeshed().name().toLowerCase(Locale.ROOT));
                    modes.add(mode);
                });
        List<Map<String, Object>> targets = new ArrayList<>();
        mesh.targets()
                .forEach((destination, list) -> {
                    boolean asked =
                            account.map(destination::equals)
                                    .orElse(
                                            namespace.isEmpty()
                                                    || destination.namespace().equals(namespace));
                    if (asked) {
                        list.forEach(target -> targets.addAll(rows(mesh, target)));
                    }
                });
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("namespaces", modes);
        answer.put("targets", targets);
        return answer;
    }

    private static Optional<ServiceAccountName> account(Mesh mesh, String scope) {
        if (!scope.contains("/")) {
            return Optional.empty();
        }
        Workload workload = mesh.workloads().get(WorkloadName.parse(scope));
        if (workload == null) {
            throw new IllegalArgumentException(
                    "no workload " + scope + "; see all: mesh diagnostics endpoints");
        }
        return Optional.of(workload.serviceAccount());
    }

    private static List<Map<String, Object>> rows(Mesh mesh, TrafficTarget target) {
        List<Map<String, Object>> rows = new ArrayList<>();
        long servers =
                mesh.workloads().values().stream()
                        .filter(w -> w.serviceAccount().equals(target.destination()))
                        .map(Workload::name)
                        .count();
        for (Source source : target.sources()) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("target", target.name());
            row.put("source", text(source));
            row.put("destination", target.destination().toString());
            row.put("instances", servers);
            row.put(
                    "allows",
                    target.grants().isEmpty()
                            ? "nothing"
                            : target.grants().stream()
                                    .map(Diagnostics::text)
                                    .collect(Collectors.joining("; ")));
            rows.add(row);
        }
        return rows;
    }

    private static String text(Source source) {
        return switch (source) {
            case Source.Account account -> account.name().toString();
            case Source.AnyAuthenticated any -> "any workload of the mesh";
            case Source.Anyone anyone -> "anyone";
        };
    }

    private static String text(Grant grant) {
        return switch (grant) {
            case Grant.Tcp tcp -> "TCP " + text(tcp.ports());
            case Grant.Udp udp -> "UDP " + text(udp.ports());
            case Grant.Http http ->
                    http.matches().stream()
                                    .map(Diagnostics::text)
                                    .collect(Collectors.joining(" or "))
                            + (http.ports().all() ? "" : " on " + text(http.ports()));
        };
    }

    private static String text(Ports ports) {
        return ports.all()
                ? "all ports"
                : ports.numbers().stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    private static String text(HttpMatch match) {
        String methods = match.methods().isEmpty() ? "*" : String.join(",", match.methods());
        String path = match.pathRegex().isEmpty() ? "any path" : match.pathRegex();
        return methods + " " + path + (match.headers().isEmpty() ? "" : " with " + match.headers());
    }

    /** Everything that runs: who has a proxy, and whose which address is. */
    static List<Map<String, Object>> workloads(Mesh mesh) {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (Workload workload : mesh.workloads().values()) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("workload", workload.name().toString());
            row.put("meshed", workload.proxy().meshed());
            row.put("addresses", workload.addresses());
            rows.add(row);
        }
        return rows;
    }

    /** Everything that was refused or remarked on. */
    static List<Map<String, Object>> problems(Mesh mesh) {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (Invalid problem : mesh.problems()) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("severity", problem.severity().name().toLowerCase(Locale.ROOT));
            row.put("object", problem.where().toString());
            row.put("field", problem.field());
            row.put("reason", problem.reason());
            rows.add(row);
        }
        return rows;
    }
}
