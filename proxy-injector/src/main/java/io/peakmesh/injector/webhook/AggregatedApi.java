package io.peakmesh.injector.webhook;

import java.util.List;
import java.util.Map;
import java.util.SortedSet;

/**
 * One API group version that the Kubernetes API server passes on to us (APIService). It has
 * authenticated and authorised the caller by then, and proves with its own client certificate that
 * it is the API server.
 */
public interface AggregatedApi {
    /** As in {@code diagnostics.peakmesh.io}. */
    String group();

    /** As in {@code v1alpha1}. */
    String version();

    /** What discovery lists. */
    List<Resource> resources();

    /**
     * Answers one request.
     *
     * @param path below {@code /apis/<group>/<version>/}, without a slash at its begin
     * @param query each parameter once
     */
    Response answer(String method, String path, Map<String, String> query, Caller caller);

    record Resource(String name, String kind, boolean namespaced, List<String> verbs) {}

    /** Who asks, as the API server found out. */
    record Caller(String user, SortedSet<String> groups) {}

    /** {@code body} is written as JSON. */
    record Response(int status, Object body) {}
}
