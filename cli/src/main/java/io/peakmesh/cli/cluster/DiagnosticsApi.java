package io.peakmesh.cli.cluster;

import io.peakmesh.cli.admin.AdminServer;
import io.peakmesh.injector.webhook.AggregatedApi;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What {@code mesh diagnostics} asks, as an API of the cluster: {@code kubectl get --raw
 * /apis/diagnostics.peakmesh.io/v1alpha1/endpoints} asks the same. Reading needs the RBAC verb list
 * on the resource, {@code renew} the verb create.
 */
final class DiagnosticsApi implements AggregatedApi {
    static final String GROUP = "diagnostics.peakmesh.io";
    static final String VERSION = "v1alpha1";

    private static final Logger LOG = LoggerFactory.getLogger(DiagnosticsApi.class);

    private final Map<String, AdminServer.Handler> routes;

    DiagnosticsApi(Map<String, AdminServer.Handler> routes) {
        this.routes = routes;
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
        AdminServer.Handler handler = routes.get(method + " /" + path);
        if (handler == null) {
            return new Response(404, Map.of("error", "no such path: " + path));
        }
        if (!method.equals("GET")) {
            LOG.info("asked by the cluster's API: path={} user={}", path, caller.user());
        }
        try {
            return new Response(200, handler.answer(query));
        } catch (IllegalArgumentException wrong) {
            return new Response(400, Map.of("error", "" + wrong.getMessage()));
        }
    }
}
