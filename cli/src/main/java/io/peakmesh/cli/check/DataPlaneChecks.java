package io.peakmesh.cli.check;

import com.fasterxml.jackson.databind.JsonNode;
import io.peakmesh.cli.terminal.Version;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Whether every meshed workload's proxy is there, holds what it was sent, and balances well. */
final class DataPlaneChecks {
    private final Answers controlPlane;
    private final Commands commands;
    private final String namespace;

    private DataPlaneChecks(Answers controlPlane, Commands commands, String namespace) {
        this.controlPlane = controlPlane;
        this.commands = commands;
        this.namespace = namespace;
    }

    static Category of(Answers controlPlane, Commands commands) {
        return new Category("peakmesh-data-plane", all(controlPlane, commands, ""));
    }

    /**
     * What the control plane knows of its proxies.
     *
     * @param namespace whose proxies; empty for all
     */
    static List<Check> all(Answers controlPlane, Commands commands, String namespace) {
        DataPlaneChecks checks = new DataPlaneChecks(controlPlane, commands, namespace);
        return List.of(
                Check.awaited("every meshed workload's proxy is connected", checks::there)
                        .asFirst(),
                Check.awaited("every proxy took its configuration", checks::taken),
                Check.of("every proxy balances by Peak-EWMA", checks::balancing),
                Check.of("every proxy's Envoy is the version tested with", checks::current));
    }

    private List<JsonNode> proxies() {
        return rows("/proxies");
    }

    private List<JsonNode> rows(String path) {
        return controlPlane
                .get(path)
                .valueStream()
                .filter(row ->
                        namespace.isEmpty()
                                || row.path("workload").asText("").startsWith(namespace + "/"))
                .toList();
    }

    private Finding there() {
        Set<String> connected = new HashSet<>();
        proxies().forEach(proxy -> connected.add(proxy.path("workload").asText()));
        List<String> missing = new ArrayList<>();
        int meshed = 0;
        for (JsonNode workload : rows("/workloads")) {
            if (workload.path("meshed").asBoolean()) {
                meshed++;
                String name = workload.path("workload").asText();
                if (!connected.contains(name)) {
                    missing.add(name);
                }
            }
        }
        if (meshed == 0 && commands.cluster()) {
            return new Finding.Good("none yet");
        }
        if (meshed == 0) {
            return new Finding.Warning(
                    "no workload is meshed: give Pods the annotation peakmesh.io/proxy",
                    commands.mesh("diagnostics endpoints"));
        }
        if (missing.isEmpty()) {
            return new Finding.Good("" + meshed);
        }
        String what = Few.of(missing, "of " + meshed + " have no proxy connected");
        String next = commands.proxyOf(missing.getFirst());
        return missing.size() == meshed
                ? new Finding.Failure(what, next)
                : new Finding.Warning(what, next);
    }

    private Finding taken() {
        List<String> refusals = new ArrayList<>();
        String first = "";
        for (JsonNode proxy : proxies()) {
            String name = proxy.path("workload").asText();
            for (JsonNode type : proxy.path("types")) {
                int refused = type.path("refused").asInt();
                if (refused > 0) {
                    first = first.isEmpty() ? name : first;
                    refusals.add(
                            name
                                    + " refused "
                                    + refused
                                    + " "
                                    + type.path("type").asText()
                                    + ": "
                                    + type.path("lastNack").asText());
                }
            }
        }
        return refusals.isEmpty()
                ? Finding.good()
                : new Finding.Failure(
                        Few.of(refusals, "refused, the last good version stays in force"),
                        commands.mesh("diagnostics config " + first));
    }

    private Finding balancing() {
        List<String> others = new ArrayList<>();
        for (JsonNode proxy : proxies()) {
            if (!proxy.path("balancer").asText().equals("peak-ewma")) {
                others.add(
                        proxy.path("workload").asText()
                                + ": "
                                + proxy.path("balancerReason").asText());
            }
        }
        return others.isEmpty()
                ? Finding.good()
                : new Finding.Warning(
                        Few.of(others, "balance by least-request"),
                        commands.mesh("diagnostics config -o json"));
    }

    private Finding current() {
        List<String> others = new ArrayList<>();
        for (JsonNode proxy : proxies()) {
            String envoy = proxy.path("envoy").asText();
            if (!envoy.equals(Version.ENVOY)) {
                others.add(proxy.path("workload").asText() + ": " + envoy);
            }
        }
        return others.isEmpty()
                ? Finding.good()
                : new Finding.Warning(
                        Few.of(others, "run another Envoy than " + Version.ENVOY),
                        commands.mesh("diagnostics config"));
    }
}
