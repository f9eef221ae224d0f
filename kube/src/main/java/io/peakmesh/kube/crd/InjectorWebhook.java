package io.peakmesh.kube.crd;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The MutatingWebhookConfiguration {@value #NAME}, by which the API server asks about each pod
 * before it is stored.
 *
 * @param target who answers; its namespace is spared, so that a control plane can always start
 * @param failure what becomes of a pod about which nobody answers
 */
public record InjectorWebhook(WebhookTarget target, Failure failure) {
    public static final String NAME = "peakmesh-injector";

    /** What the API server does with a pod when no control plane answers. */
    public enum Failure {
        /** It is made as it is, without a sidecar. */
        IGNORE("Ignore"),
        /** It is refused; whoever makes it tries again. */
        FAIL("Fail");

        private final String text;

        Failure(String text) {
            this.text = text;
        }

        /** As in the webhook's {@code failurePolicy}. */
        public String text() {
            return text;
        }
    }

    /** Where the cluster itself lives: no sidecar ever, and never a pod that waits for us. */
    public static final List<String> OF_THE_CLUSTER =
            List.of("kube-system", "kube-public", "kube-node-lease");

    private static final String MUTATE = "/mutate";
    private static final String HOOK = "injector.peakmesh.io";
    private static final int TIMEOUT_SECONDS = 10;

    private static final String ASKED = "'peakmesh.io/inject' in object.metadata.annotations";
    private static final String SAYS = "object.metadata.annotations['peakmesh.io/inject']";
    private static final String ANNOTATED = "has(object.metadata.annotations) && " + ASKED;

    /**
     * Which pods are surely not ours (CEL; an API server that is older than 1.28 asks about them
     * all the same): those that say so, the mirrors of a node's static pods, and those on the
     * node's network that do not ask for a sidecar by name. So none of these waits for us where the
     * policy is Fail.
     */
    private static final Map<String, String> CONDITIONS =
            new TreeMap<>(
                    Map.of(
                            "not-disabled",
                            "!(%s && %s == 'disabled')".formatted(ANNOTATED, SAYS),
                            "not-of-a-node",
                            "!(has(object.metadata.annotations) && 'kubernetes.io/config.mirror' in"
                                    + " object.metadata.annotations)",
                            "not-on-the-host-network",
                            "!(has(object.spec.hostNetwork) && object.spec.hostNetwork) || (%s)"
                                    .formatted(ANNOTATED)));

    ObjectNode tree() {
        ObjectNode object =
                Trees.object("admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration");
        object.withObjectProperty("metadata").put("name", NAME);
        ObjectNode hook =
                object.putArray("webhooks")
                        .addObject()
                        .put("name", HOOK)
                        .put("failurePolicy", failure.text())
                        .put("matchPolicy", "Equivalent")
                        .put("reinvocationPolicy", "IfNeeded")
                        .put("sideEffects", "NoneOnDryRun")
                        .put("timeoutSeconds", TIMEOUT_SECONDS);
        hook.putArray("admissionReviewVersions").add("v1");
        ArrayNode spared =
                hook.putObject("namespaceSelector")
                        .putArray("matchExpressions")
                        .addObject()
                        .put("key", "kubernetes.io/metadata.name")
                        .put("operator", "NotIn")
                        .putArray("values");
        OF_THE_CLUSTER.forEach(spared::add);
        if (!OF_THE_CLUSTER.contains(target.namespace())) {
            spared.add(target.namespace());
        }
        ObjectNode rule = hook.putArray("rules").addObject().put("scope", "Namespaced");
        rule.putArray("apiGroups").add("");
        rule.putArray("apiVersions").add("v1");
        rule.putArray("operations").add("CREATE");
        rule.putArray("resources").add("pods");
        ArrayNode conditions = hook.putArray("matchConditions");
        CONDITIONS.forEach(
                (name, cel) -> conditions.addObject().put("name", name).put("expression", cel));
        target.into(hook.putObject("clientConfig"), MUTATE);
        return object;
    }
}
