package io.peakmesh.kube.survey;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.peakmesh.kube.connect.Api;
import io.peakmesh.kube.connect.ApiException;
import io.peakmesh.kube.connect.ClusterConnection;
import io.peakmesh.kube.connect.Reply;
import java.io.Closeable;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/** Asks the API server. */
public final class ClusterSurvey implements Survey, Closeable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int PAGE = 250;
    private static final String REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";

    private final KubernetesClient client;
    private final Api api;

    ClusterSurvey(KubernetesClient client) {
        this.client = client;
        this.api = new Api(client);
    }

    /**
     * By the current context of this kubeconfig; nothing is sent yet.
     *
     * @throws IllegalArgumentException if it leads nowhere; the message says what to do
     */
    public static ClusterSurvey open(Path kubeconfig, String userAgent) {
        return new ClusterSurvey(ClusterConnection.open(Optional.of(kubeconfig), userAgent));
    }

    @Override
    public String version() throws IOException {
        return got("/version", "ask for the version").path("gitVersion").asText("");
    }

    @Override
    public Optional<Instant> clock() throws IOException {
        return api.clock();
    }

    @Override
    public Optional<JsonNode> get(Kind kind, String namespace, String name) throws IOException {
        Reply reply = api.get(kind.path(namespace, name));
        if (reply.status() == Reply.NOT_FOUND) {
            return Optional.empty();
        }
        return Optional.of(done(reply, "read " + kind.plural() + " " + name));
    }

    @Override
    public void each(Kind kind, String namespace, String labels, Consumer<JsonNode> taker)
            throws IOException {
        String list =
                kind.path(namespace)
                        + "?limit="
                        + PAGE
                        + (labels.isEmpty() ? "" : "&labelSelector=" + encoded(labels));
        String next = "";
        do {
            JsonNode page = got(list + next, "list " + kind.plural());
            page.path("items").forEach(taker);
            String more = page.path("metadata").path("continue").asText("");
            next = more.isEmpty() ? "" : "&continue=" + encoded(more);
        } while (!next.isEmpty());
    }

    @Override
    public boolean may(Right right) throws IOException {
        ObjectNode review =
                JSON.createObjectNode()
                        .put("apiVersion", "authorization.k8s.io/v1")
                        .put("kind", "SelfSubjectAccessReview");
        int slash = right.resource().indexOf('/');
        ObjectNode asked =
                review.putObject("spec")
                        .putObject("resourceAttributes")
                        .put("verb", right.verb())
                        .put("group", right.group())
                        .put(
                                "resource",
                                slash < 0
                                        ? right.resource()
                                        : right.resource().substring(0, slash));
        if (slash >= 0) {
            asked.put("subresource", right.resource().substring(slash + 1));
        }
        asked.put("namespace", right.namespace()).put("name", right.name());
        return done(api.create(REVIEWS, review), "ask for my rights")
                .path("status")
                .path("allowed")
                .asBoolean(false);
    }

    private JsonNode got(String path, String wanted) throws IOException {
        return done(api.get(path), wanted);
    }

    /** Without the remedies for a control plane's own rights: here a user asks. */
    private static JsonNode done(Reply reply, String wanted) throws ApiException {
        if (!reply.done()) {
            throw reply.refusedToUser(wanted);
        }
        return reply.body();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        client.close();
    }
}
