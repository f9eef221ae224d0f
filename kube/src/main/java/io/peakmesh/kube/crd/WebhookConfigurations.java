package io.peakmesh.kube.crd;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.peakmesh.kube.connect.Api;
import io.peakmesh.kube.connect.Worker;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps the ValidatingWebhookConfiguration {@value #VALIDATING} and the APIService {@value
 * #API_SERVICE}, looking every minute. Only the leader starts it.
 *
 * <p>The webhook is advice: where the control plane does not answer within five seconds the object
 * is taken, and judged once it is read.
 */
public final class WebhookConfigurations implements Closeable {
    public static final String VALIDATING = "peakmesh-smi";
    public static final String API_SERVICE = "v1alpha1.diagnostics.peakmesh.io";

    private static final String VALIDATE = "/validate";
    private static final String HOOK = "smi.peakmesh.io";
    private static final int TIMEOUT_SECONDS = 5;
    private static final int GROUP_PRIORITY = 100;
    private static final Duration LOOK = Duration.ofMinutes(1);
    private static final Map<String, List<String>> RESOURCES =
            Map.of(
                    "access.smi-spec.io", List.of("traffictargets", "identitybindings"),
                    "specs.smi-spec.io", List.of("httproutegroups", "tcproutes", "udproutes"),
                    "split.smi-spec.io", List.of("trafficsplits"));

    private final Kept kept;
    private volatile Optional<WebhookTarget> target = Optional.empty();
    private final Worker worker = new Worker("webhook-configurations", this::look);

    public WebhookConfigurations(KubernetesClient client) {
        this.kept = new Kept(new Api(client));
    }

    /** Who checks and answers; nothing is done before this is known. */
    public void target(WebhookTarget webhook) {
        target = Optional.of(webhook);
        worker.wake();
    }

    public void start() {
        worker.start();
    }

    public void stop() {
        worker.stop();
    }

    @Override
    public void close() {
        worker.close();
    }

    private Duration look(Worker.Turn turn) throws IOException {
        Optional<WebhookTarget> known = target;
        if (known.isEmpty()) {
            return LOOK;
        }
        List<IOException> failures = new ArrayList<>();
        for (ObjectNode wanted : List.of(validating(known.get()), apiService(known.get()))) {
            if (turn.going()) {
                try {
                    keep(wanted);
                } catch (IOException failed) {
                    failures.add(failed);
                }
            }
        }
        if (!failures.isEmpty()) {
            throw Failures.together(failures);
        }
        return LOOK;
    }

    private void keep(ObjectNode wanted) throws IOException {
        String kind = wanted.path("kind").asText("");
        String name = wanted.path("metadata").path("name").asText("");
        String path =
                "/apis/"
                        + wanted.path("apiVersion").asText("")
                        + (kind.equals("APIService")
                                ? "/apiservices/"
                                : "/validatingwebhookconfigurations/")
                        + name;
        String what = kind + " " + name;
        kept.ensure(path, what, kept.live(path, what), wanted);
    }

    static ObjectNode validating(WebhookTarget target) {
        ObjectNode object =
                object("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration");
        object.withObjectProperty("metadata").put("name", VALIDATING);
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

    static ObjectNode apiService(WebhookTarget target) {
        ObjectNode object = object("apiregistration.k8s.io/v1", "APIService");
        object.withObjectProperty("metadata").put("name", API_SERVICE);
        int dot = API_SERVICE.indexOf('.');
        ObjectNode spec =
                object.putObject("spec")
                        .put("version", API_SERVICE.substring(0, dot))
                        .put("group", API_SERVICE.substring(dot + 1))
                        .put("groupPriorityMinimum", GROUP_PRIORITY)
                        .put("versionPriority", GROUP_PRIORITY);
        target.intoService(spec);
        return object;
    }

    private static ObjectNode object(String apiVersion, String kind) {
        ObjectNode object =
                new ObjectMapper()
                        .createObjectNode()
                        .put("apiVersion", apiVersion)
                        .put("kind", kind);
        object.putObject("metadata")
                .putObject("labels")
                .put("app.kubernetes.io/managed-by", "peakmesh");
        return object;
    }
}
