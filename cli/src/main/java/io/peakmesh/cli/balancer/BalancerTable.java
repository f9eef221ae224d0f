package io.peakmesh.cli.balancer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.peakmesh.cli.terminal.Table;
import io.peakmesh.xds.translator.name.ClusterName;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The page of a proxy's balancer, for people. */
public final class BalancerTable {
    private static final String NOTHING = "-";

    private BalancerTable() {}

    /** The page with the endpoints of one service ({@code namespace/name}) only. */
    public static JsonNode ofService(JsonNode page, String service) {
        ArrayNode kept = new ObjectMapper().createArrayNode();
        for (JsonNode endpoint : page.path("endpoints")) {
            boolean its =
                    ClusterName.parse(endpoint.path("cluster").asText())
                            .map(cluster -> service(cluster).startsWith(service + ":"))
                            .orElse(false);
            if (its) {
                kept.add(endpoint);
            }
        }
        ObjectNode all = page.deepCopy();
        all.set("endpoints", kept);
        return all;
    }

    /** A row for each endpoint; {@code pods} tells whose an IP address is. */
    public static Table of(JsonNode page, Map<String, String> pods) {
        Table table =
                new Table(
                        "SERVICE",
                        "ADDRESS",
                        "POD",
                        "COST",
                        "OUTSTANDING",
                        "SHARE",
                        "PENALTY",
                        "FAILURES",
                        "ERRORS");
        for (JsonNode endpoint : page.path("endpoints")) {
            String cluster = endpoint.path("cluster").asText();
            String address = endpoint.path("address").asText();
            table.row(
                    ClusterName.parse(cluster).map(BalancerTable::service).orElse(cluster),
                    address,
                    pods.getOrDefault(ip(address), NOTHING),
                    endpoint.path("samples").asLong() == 0
                            ? NOTHING
                            : millis(endpoint.path("cost_ms").asDouble()),
                    endpoint.path("outstanding").asText(),
                    String.format(
                            Locale.ROOT, "%.1f%%", 100 * endpoint.path("pick_share").asDouble()),
                    endpoint.path("penalty_ms").asDouble() == 0
                            ? NOTHING
                            : millis(endpoint.path("penalty_ms").asDouble()),
                    endpoint.path("failures").asText(),
                    endpoint.path("errors").asText());
        }
        return table;
    }

    /** {@code namespace/name:port} where it is a service's, else what the cluster leads to. */
    private static String service(ClusterName cluster) {
        return switch (cluster) {
            case ClusterName.Svc(var service, int port) -> service + ":" + port;
            case ClusterName.Local(var service, int port) -> service + ":" + port;
            case ClusterName.Grpc(var service, int port) -> service + ":" + port;
            case ClusterName.Dst dst -> dst.text();
            case ClusterName.Tcp tcp -> tcp.text();
            case ClusterName.Dns dns -> dns.text();
            case ClusterName.Inbound inbound -> inbound.text();
            case ClusterName.Undeclared undeclared -> undeclared.text();
            case ClusterName.Passthrough passthrough -> passthrough.text();
        };
    }

    private static String millis(double millis) {
        return String.format(Locale.ROOT, "%.1fms", millis);
    }

    /** The IP address of {@code ip:port} or {@code [ip]:port}. */
    private static String ip(String address) {
        int colon = address.lastIndexOf(':');
        String host = colon < 0 ? address : address.substring(0, colon);
        return Optional.of(host)
                .filter(h -> h.startsWith("[") && h.endsWith("]"))
                .map(h -> h.substring(1, h.length() - 1))
                .orElse(host);
    }
}
