package io.peakmesh.cli.cluster;

import io.peakmesh.cli.admin.AdminServer;
import io.peakmesh.injector.webhook.AggregatedApi;
import java.util.List;
import java.util.Map;

/**
 * What one replica knows or does alone, for {@link Replicas} of the others. It has no APIService,
 * so the API server passes nothing on to it.
 */
final class ReplicaApi implements AggregatedApi {
    static final String GROUP = "replicas.peakmesh.io";
    static final String VERSION = "v1alpha1";

    private final Map<String, AdminServer.Handler> routes;

    ReplicaApi(Map<String, AdminServer.Handler> routes) {
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
        return List.of();
    }

    @Override
    public Response answer(String method, String path, Map<String, String> query, Caller caller) {
        AdminServer.Handler handler = routes.get(method + " /" + path);
        if (handler == null) {
            return new Response(404, Map.of("error", "no such path: " + path));
        }
        try {
            return new Response(200, handler.answer(query));
        } catch (IllegalArgumentException wrong) {
            return new Response(400, Map.of("error", "" + wrong.getMessage()));
        }
    }
}
