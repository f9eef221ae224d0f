package io.peakmesh.kube.crd;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/**
 * The ValidatingWebhookConfiguration {@value #NAME}, by which the API server asks about SMI
 * objects. It is advice: where the control plane does not answer within five seconds the object is
 * taken, and judged once it is read.
 */
record SmiWebhook(WebhookTarget target) {
    static final String NAME = "peakmesh-smi";

    private static final String VALIDATE = "/validate";
    private static final String HOOK = "smi.peakmesh.io";
    private static final int TIMEOUT_SECONDS = 5;
    private static final Map<String, List<String>> RESOURCES =
            Map.of(
                    "access.smi-spec.io", List.of("traffictargets", "identitybindings"),
                    "specs.smi-spec.io", List.of("httproutegroups", "tcproutes", "udproutes"),
                    "split.smi-spec.io", List.of("trafficsplits"));

    ObjectNode tree() {
        ObjectNode object =
                Trees.object("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration");
        object.withObjectProperty("metadata").put("name", NAME);
        ObjectNode hook =
                object.putArray("webhooks")
                        .addObject()
                        .put("name", HOOK)
                        .put("failurePolicy", "Ignore")
                        .put("matchPolicy", "Equivalent")
                        .put("sideEffects", "None")
                        .put("timeoutSeconds", TIMEOUT_SECONDS);
        hook.putArray("admissionReviewVersions").add("v1");
        ObjectNode spared =
                hook.putObject("namespaceSelector")
                        .putArray("matchExpressions")
                        .addObject()
                        .put("key", "kubernetes.io/metadata.name")
                        .put("operator", "NotIn");
        spared.putArray("values").add("kube-system");
        for (String group : RESOURCES.keySet().stream().sorted().toList()) {
            ObjectNode rule =
                    hook.withArrayProperty("rules").addObject().put("scope", "Namespaced");
            rule.putArray("apiGroups").add(group);
            rule.putArray("apiVersions").add("*");
            rule.putArray("operations").add("CREATE").add("UPDATE");
            RESOURCES
                    .getOrDefault(group, List.of())
                    .forEach(rule.withArrayProperty("resources")::add);
        }
        target.into(hook.putObject("clientConfig"), VALIDATE);
        return object;
    }
}
