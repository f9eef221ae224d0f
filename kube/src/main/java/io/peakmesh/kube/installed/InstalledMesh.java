package io.peakmesh.kube.installed;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.peakmesh.kube.connect.Api;
import io.peakmesh.kube.connect.Reply;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Asks a cluster what a mesh has in it. Every method waits for the API server's answer, and throws
 * an IOException where there is none or it refuses.
 */
public final class InstalledMesh {
    private static final int PAGE = 250;
    private static final String OURS = "app.kubernetes.io/managed-by=peakmesh";
    private static final String CHART = OURS + ",app.kubernetes.io/part-of=peakmesh";
    private static final String CONFIG = "peakmesh-config";
    private static final String VALUES = "values.yaml";
    private static final String DEFINITION = "CustomResourceDefinition";

    /** The kinds of the chart's objects: those that give rights first, the namespace last. */
    private static final List<Place> PLACES =
            List.of(
                    new Place("rbac.authorization.k8s.io/v1", "ClusterRoleBinding"),
                    new Place("rbac.authorization.k8s.io/v1", "RoleBinding"),
                    new Place("rbac.authorization.k8s.io/v1", "ClusterRole"),
                    new Place("rbac.authorization.k8s.io/v1", "Role"),
                    new Place("apps/v1", "Deployment"),
                    new Place("policy/v1", "PodDisruptionBudget"),
                    new Place("networking.k8s.io/v1", "NetworkPolicy"),
                    new Place("v1", "Service"),
                    new Place("v1", "ConfigMap"),
                    new Place("v1", "ServiceAccount"),
                    new Place("v1", "Namespace"));

    /** What the control plane makes under fixed names, without a namespace. */
    private static final List<Part> CLUSTER_WIDE =
            List.of(
                    new Part(
                            "admissionregistration.k8s.io/v1",
                            "MutatingWebhookConfiguration",
                            "",
                            "peakmesh-injector"),
                    new Part(
                            "admissionregistration.k8s.io/v1",
                            "ValidatingWebhookConfiguration",
                            "",
                            "peakmesh-smi"),
                    new Part(
                            "apiregistration.k8s.io/v1",
                            "APIService",
                            "",
                            "v1alpha1.diagnostics.peakmesh.io"));

    private final Api api;

    public InstalledMesh(KubernetesClient client) {
        this.api = new Api(client);
    }

    private record Place(String apiVersion, String kind) {
        String path() {
            return Paths.of(apiVersion, "", kind);
        }
    }

    /**
     * What a mesh was installed with.
     *
     * @param namespace the control plane's
     * @param values the text of its values
     */
    public record Configuration(String namespace, String values) {}

    /** The configurations of all meshes in the cluster: at most one, unless two were forced in. */
    public List<Configuration> configurations() throws IOException {
        List<Configuration> found = new ArrayList<>();
        for (JsonNode map : list(Paths.of("v1", "", "ConfigMap"), CHART)) {
            if (map.path("metadata").path("name").asText("").equals(CONFIG)) {
                found.add(
                        new Configuration(
                                map.path("metadata").path("namespace").asText(""),
                                map.path("data").path(VALUES).asText("")));
            }
        }
        return found;
    }

    /** The objects that bear the labels of the chart. */
    public List<Part> ofTheChart() throws IOException {
        List<Part> parts = new ArrayList<>();
        for (Place place : PLACES) {
            add(place, CHART, parts);
        }
        return parts;
    }

    /**
     * All objects, in the order in which they should go: rights first, so that a control plane that
     * still runs makes nothing anew, its webhooks before those who answer them, the namespace last.
     *
     * @param namespace the control plane's
     * @param definitions the names of the custom resource definitions that are ours
     */
    public List<Part> all(String namespace, List<String> definitions) throws IOException {
        List<Part> parts = new ArrayList<>();
        for (Place place : PLACES) {
            if (place.kind().equals("Deployment")) {
                addRunTime(namespace, definitions, parts);
            }
            add(place, place.kind().equals("ConfigMap") ? OURS : CHART, parts);
        }
        return parts;
    }

    private void addRunTime(String namespace, List<String> definitions, List<Part> parts)
            throws IOException {
        List<Part> named = new ArrayList<>(CLUSTER_WIDE);
        for (String definition : definitions) {
            named.add(new Part("apiextensions.k8s.io/v1", DEFINITION, "", definition));
        }
        named.add(new Part("v1", "Secret", namespace, "peakmesh-ca"));
        named.add(new Part("coordination.k8s.io/v1", "Lease", namespace, "peakmesh-leader"));
        for (Part part : named) {
            if (exists(part)) {
                parts.add(part);
            }
        }
    }

    private boolean exists(Part part) throws IOException {
        Reply reply =
                api.get(
                        Paths.of(part.apiVersion(), part.namespace(), part.kind())
                                + "/"
                                + part.name());
        if (reply.status() == Reply.NOT_FOUND) {
            return false;
        }
        done(reply, "read " + part);
        return true;
    }

    /**
     * How many objects of a definition there are; empty if it is not there.
     *
     * @param definition its name, as in {@code trafficsplits.split.smi-spec.io}
     */
    public Optional<Integer> objectsOf(String definition) throws IOException {
        Reply reply =
                api.get(Paths.of("apiextensions.k8s.io/v1", "", DEFINITION) + "/" + definition);
        if (reply.status() == Reply.NOT_FOUND) {
            return Optional.empty();
        }
        JsonNode spec = done(reply, "read " + DEFINITION + " " + definition).path("spec");
        for (JsonNode version : spec.path("versions")) {
            if (version.path("storage").asBoolean(false)) {
                String path =
                        "/apis/"
                                + spec.path("group").asText("")
                                + "/"
                                + version.path("name").asText("")
                                + "/"
                                + spec.path("names").path("plural").asText("");
                return Optional.of(list(path, "").size());
            }
        }
        return Optional.of(0);
    }

    private void add(Place place, String labels, List<Part> parts) throws IOException {
        for (JsonNode object : list(place.path(), labels)) {
            JsonNode metadata = object.path("metadata");
            parts.add(
                    new Part(
                            place.apiVersion(),
                            place.kind(),
                            metadata.path("namespace").asText(""),
                            metadata.path("name").asText("")));
        }
    }

    private List<JsonNode> list(String path, String labels) throws IOException {
        List<JsonNode> all = new ArrayList<>();
        String query = path + "?limit=" + PAGE + "&labelSelector=" + encoded(labels);
        String next = "";
        do {
            JsonNode page = done(api.get(query + next), "list " + path);
            page.path("items").forEach(all::add);
            String more = page.path("metadata").path("continue").asText("");
            next = more.isEmpty() ? "" : "&continue=" + encoded(more);
        } while (!next.isEmpty());
        return all;
    }

    private static JsonNode done(Reply reply, String wanted) throws IOException {
        if (!reply.done()) {
            throw reply.refusedToUser(wanted);
        }
        return reply.body();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
