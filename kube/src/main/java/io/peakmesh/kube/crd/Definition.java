package io.peakmesh.kube.crd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * One custom resource definition as it is wanted, but for who converts.
 *
 * @param tree apiextensions.k8s.io/v1
 * @param storage the version that is stored
 */
record Definition(ObjectNode tree, String name, String storage, List<String> versions) {
    private static final String CONVERT = "/convert";

    /**
     * Reads it.
     *
     * @throws IllegalArgumentException if it is none, or does not store exactly one version
     */
    static Definition of(String yaml) {
        ObjectNode tree = Trees.yaml(yaml);
        String name = tree.path("metadata").path("name").asText("");
        if (!tree.path("kind").asText("").equals("CustomResourceDefinition") || name.isEmpty()) {
            throw new IllegalArgumentException("not a CustomResourceDefinition with a name");
        }
        List<String> stored = new ArrayList<>();
        List<String> versions = new ArrayList<>();
        for (JsonNode version : tree.path("spec").path("versions")) {
            versions.add(version.path("name").asText(""));
            if (version.path("storage").asBoolean(false)) {
                stored.add(version.path("name").asText(""));
            }
        }
        if (stored.size() != 1) {
            throw new IllegalArgumentException(name + " stores " + stored + ", not one version");
        }
        return new Definition(tree, name, stored.getFirst(), List.copyOf(versions));
    }

    /** The definition with the webhook that converts between its versions. */
    ObjectNode convertedBy(WebhookTarget target) {
        ObjectNode wanted = tree.deepCopy();
        wanted.remove("status");
        ObjectNode spec = wanted.withObjectProperty("spec");
        // One that was made by v1beta1 may keep unknown fields, and then nothing is converted.
        spec.put("preserveUnknownFields", false);
        ObjectNode conversion = spec.putObject("conversion").put("strategy", "Webhook");
        ObjectNode webhook = conversion.putObject("webhook");
        webhook.putArray("conversionReviewVersions").add("v1");
        target.into(webhook.putObject("clientConfig"), CONVERT);
        return wanted;
    }

    String path() {
        return "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/" + name;
    }

    /** The path of all its objects, in the version that is stored. */
    String objects() {
        JsonNode spec = tree.path("spec");
        return "/apis/" + spec.path("group").asText("") + "/" + storage;
    }

    String plural() {
        return tree.path("spec").path("names").path("plural").asText("");
    }

    boolean namespaced() {
        return tree.path("spec").path("scope").asText("").equals("Namespaced");
    }

    /** The versions in which objects may be stored now. */
    static List<String> stored(JsonNode live) {
        List<String> stored = new ArrayList<>();
        live.path("status").path("storedVersions").forEach(each -> stored.add(each.asText("")));
        return stored;
    }

    /** Whether the API server serves it. */
    static boolean established(JsonNode live) {
        for (JsonNode condition : live.path("status").path("conditions")) {
            if (condition.path("type").asText("").equals("Established")) {
                return condition.path("status").asText("").equals("True");
            }
        }
        return false;
    }
}
