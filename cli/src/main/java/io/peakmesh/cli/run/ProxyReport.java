package io.peakmesh.cli.run;

import io.peakmesh.xds.server.ServerStatus;
import io.peakmesh.xds.server.delta.ProxyView;
import io.peakmesh.xds.translator.XdsType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The connected proxies and what each holds, as rows of named values. */
final class ProxyReport {
    private ProxyReport() {}

    /** All proxies in short, or one ({@code namespace/name}) with the names that it holds. */
    static List<Map<String, Object>> of(ServerStatus status, String workload) {
        List<Map<String, Object>> rows = new ArrayList<>();
        status.proxies()
                .forEach((name, proxy) -> {
                    if (workload.isEmpty() || name.toString().equals(workload)) {
                        rows.add(row(proxy, !workload.isEmpty()));
                    }
                });
        if (rows.isEmpty() && !workload.isEmpty()) {
            throw new IllegalArgumentException(
                    "no proxy of " + workload + " is connected; see all: mesh diagnostics config");
        }
        return rows;
    }

    private static Map<String, Object> row(ProxyView proxy, boolean resources) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("workload", proxy.peer().workload().toString());
        row.put("identity", proxy.peer().serviceAccount().toString());
        row.put("envoy", proxy.node().map(n -> n.build()).orElse("-"));
        row.put("balancer", proxy.balancer().peakEwma() ? "peak-ewma" : "least-request");
        row.put("balancerReason", proxy.balancer().reason());
        row.put("since", proxy.since().toString());
        List<Map<String, Object>> types = new ArrayList<>();
        new TreeMap<>(proxy.types())
                .forEach((type, held) -> types.add(type(type, held, resources)));
        row.put("types", types);
        return row;
    }

    private static Map<String, Object> type(
            XdsType type, ProxyView.OfType held, boolean withResources) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("type", type.name());
        row.put("subscribed", held.subscribed());
        row.put("held", held.held().size());
        row.put("refused", held.rejected().size());
        row.put("settled", held.settled());
        row.put("nacks", held.rejections());
        row.put("lastNack", held.lastRejection());
        if (withResources) {
            List<Map<String, Object>> resources = new ArrayList<>();
            new TreeMap<>(held.held())
                    .forEach((name, version) -> resources.add(resource(name, version, "held")));
            new TreeMap<>(held.rejected())
                    .forEach((name, version) -> resources.add(resource(name, version, "refused")));
            row.put("resources", resources);
        }
        return row;
    }

    private static Map<String, Object> resource(String name, String version, String state) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("name", name);
        row.put("version", version);
        row.put("state", state);
        return row;
    }
}
