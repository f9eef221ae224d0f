package io.peakmesh.kube.crd;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.peakmesh.kube.connect.Api;
import io.peakmesh.kube.connect.Worker;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Keeps what makes the API server call the control plane, looking every minute: the
 * ValidatingWebhookConfiguration {@value #VALIDATING}, the MutatingWebhookConfiguration {@value
 * InjectorWebhook#NAME}, and the APIService {@value #API_SERVICE}. Only the leader starts it, whose
 * own server answers by then.
 */
public final class WebhookConfigurations implements Closeable {
    public static final String VALIDATING = SmiWebhook.NAME;
    public static final String API_SERVICE = "v1alpha1.diagnostics.peakmesh.io";

    private static final int GROUP_PRIORITY = 100;
    private static final Duration LOOK = Duration.ofMinutes(1);

    private final Kept kept;
    private volatile Optional<InjectorWebhook> wanted = Optional.empty();
    private final Worker worker = new Worker("webhook-configurations", this::look);

    public WebhookConfigurations(KubernetesClient client) {
        this.kept = new Kept(new Api(client));
    }

    /** Who answers, for all of them; nothing is done before this is known. */
    public void target(InjectorWebhook webhook) {
        wanted = Optional.of(webhook);
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
        Optional<InjectorWebhook> known = wanted;
        if (known.isEmpty()) {
            return LOOK;
        }
        WebhookTarget target = known.get().target();
        List<IOException> failures = new ArrayList<>();
        for (ObjectNode object :
                List.of(new SmiWebhook(target).tree(), known.get().tree(), apiService(target))) {
            if (turn.going()) {
                try {
                    keep(object);
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

    private void keep(ObjectNode object) throws IOException {
        String kind = object.path("kind").asText("");
        String name = object.path("metadata").path("name").asText("");
        String path =
                "/apis/%s/%ss/%s"
                        .formatted(
                                object.path("apiVersion").asText(""),
                                kind.toLowerCase(Locale.ROOT),
                                name);
        String what = kind + " " + name;
        kept.ensure(path, what, kept.live(path, what), object);
    }

    static ObjectNode apiService(WebhookTarget target) {
        ObjectNode object = Trees.object("apiregistration.k8s.io/v1", "APIService");
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
}
