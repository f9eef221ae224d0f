package io.peakmesh.cli.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import io.peakmesh.cli.admin.AdminServer;
import io.peakmesh.injector.webhook.AggregatedApi;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What {@code mesh diagnostics} asks, as an API of the cluster: {@code kubectl get --raw
 * /apis/diagnostics.peakmesh.io/v1alpha1/endpoints} asks the same. Reading needs the RBAC verb list
 * on the resource, {@code renew} the verb create. The API server asks any one replica; that one
 * asks the others for what each has of its own.
 */
final class DiagnosticsApi implements AggregatedApi {
    static final String GROUP = "diagnostics.peakmesh.io";
    static final String VERSION = "v1alpha1";

    private static final Logger LOG = LoggerFactory.getLogger(DiagnosticsApi.class);

    /** Each replica has the streams of some of the proxies. */
    private static final Set<String> OF_EACH =
            Set.of("GET /proxies", "GET /counters", "POST /renew");

    private static final int NO_ANSWER = 502;

    /** A replica has no such proxy, or is of a version that does not know the question. */
    private static final Set<Integer> PASSED_OVER = Set.of(400, 404);

    private final Map<String, AdminServer.Handler> routes;
    private final ReplicaApi here;
    private final Replicas replicas;

    DiagnosticsApi(Map<String, AdminServer.Handler> routes, ReplicaApi here, Replicas replicas) {
        this.routes = routes;
        this.here = here;
        this.replicas = replicas;
    }

    @Override
    public String group() {
        return GROUP;
    }

    @Override
    public String version() {
        return VERSION;
    }

    @Override
    public List<Resource> resources() {
        return routes.keySet().stream()
                .sorted()
                .map(route -> {
                    String name = route.substring(route.indexOf('/') + 1);
                    String verb = route.startsWith("GET ") ? "list" : "create";
                    return new Resource(name, "Diagnostics", false, List.of(verb));
                })
                .toList();
    }

    @Override
    public Response answer(String method, String path, Map<String, String> query, Caller caller) {
        String route = method + " /" + path;
        if (routes.containsKey(route) && !method.equals("GET")) {
            LOG.info("asked by the cluster's API: path={} user={}", path, caller.user());
        }
        Response own = here.answer(method, path, query, caller);
        return OF_EACH.contains(route) ? together(own, replicas.ask(method, path, query)) : own;
    }

    private static Response together(Response own, List<Replicas.Said> others) {
        List<JsonNode> good = new ArrayList<>();
        if (own.status() == 200) {
            good.add(Summed.tree(own.body()));
        }
        for (Replicas.Said other : others) {
            if (other.status() == 200) {
                good.add(other.body());
            } else if (!PASSED_OVER.contains(other.status())) {
                LOG.warn(
                        "a replica does not answer: replica={} status={} said={}",
                        other.replica(),
                        other.status(),
                        other.body());
                return new Response(
                        NO_ANSWER,
                        Map.of(
                                "error",
                                "replica "
                                        + other.replica()
                                        + " does not answer: "
                                        + other.body().asText(other.body().toString())));
            }
        }
        return good.isEmpty() ? own : new Response(200, Summed.of(good));
    }
}
