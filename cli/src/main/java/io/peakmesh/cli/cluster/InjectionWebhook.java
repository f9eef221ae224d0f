package io.peakmesh.cli.cluster;

import io.peakmesh.injector.patch.Injection;
import io.peakmesh.injector.patch.NamespaceFacts;
import io.peakmesh.injector.webhook.Admission;
import io.peakmesh.kube.crd.InjectorWebhook;
import io.peakmesh.smi.object.ObjectKey;
import io.peakmesh.smi.status.Notice;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives a pod its sidecar before it is stored. What its author should know is a warning, for who
 * applies the pod, and an event of its owner, since of a Deployment's pods nobody reads warnings.
 * Any replica answers and tells.
 */
final class InjectionWebhook implements Admission {
    /** The event of a pod that has a sidecar, with a remark. */
    static final String REMARK = "SidecarRemark";

    /** The event of a pod that should have had a sidecar. */
    static final String MISSING = "SidecarMissing";

    private static final Logger LOG = LoggerFactory.getLogger(InjectionWebhook.class);

    /** The pure function of pod and namespace. */
    interface Decision {
        Injection of(Map<String, Object> pod, NamespaceFacts namespace);
    }

    private final Namespaces namespaces;
    private final Decision decision;
    private final InjectorWebhook.Failure failure;
    private final Consumer<List<Notice>> events;

    InjectionWebhook(
            Namespaces namespaces,
            Decision decision,
            InjectorWebhook.Failure failure,
            Consumer<List<Notice>> events) {
        this.namespaces = namespaces;
        this.decision = decision;
        this.failure = failure;
        this.events = events;
    }

    @Override
    public Answer review(Request request) {
        if (!request.kind().equals("Pod") || !request.operation().equals("CREATE")) {
            return new Answer.Allowed(List.of());
        }
        Optional<Namespaces.Known> namespace;
        try {
            namespace = namespaces.of(request.namespace());
        } catch (IOException unknown) {
            return unknown(request, "" + unknown.getMessage());
        }
        // The API server refuses it itself where there is no such namespace.
        return namespace
                .map(known -> decide(request, known))
                .orElseGet(() -> new Answer.Allowed(List.of()));
    }

    private Answer decide(Request request, Namespaces.Known namespace) {
        return switch (decision.of(request.object(), namespace.facts())) {
            case Injection.Injected(var patch, _, var remarks) -> {
                remarks.forEach(remark -> tell(request, namespace, REMARK, remark));
                yield new Answer.Patched(
                        patch, remarks.stream().map(r -> "peakmesh: " + r).toList());
            }
            case Injection.LeftAlone(_, boolean expected) when expected ->
                    new Answer.Allowed(List.of());
            case Injection.LeftAlone(var reason, _) -> {
                tell(request, namespace, MISSING, "no sidecar: " + reason);
                yield new Answer.Allowed(List.of("peakmesh: no sidecar: " + reason));
            }
            case Injection.Refused(var field, var reason) ->
                    new Answer.Denied(field + ": " + reason);
        };
    }

    /** As the API server does where nobody answers. */
    private Answer unknown(Request request, String cause) {
        LOG.warn(
                "pod not judged: namespace={} failurePolicy={} cause=\"{}\"",
                request.namespace(),
                failure.text(),
                cause);
        String why =
                "namespace "
                        + request.namespace()
                        + " cannot be read by the control plane: "
                        + cause;
        return switch (failure) {
            case IGNORE -> new Answer.Allowed(List.of("peakmesh: no sidecar: " + why));
            case FAIL -> new Answer.Denied(why + "; try again");
        };
    }

    private void tell(Request request, Namespaces.Known namespace, String reason, String message) {
        if (!request.dryRun()) {
            events.accept(List.of(PodOwner.of(request, namespace).notice(reason, message)));
        }
    }

    /** Whom to tell of a pod that has no uid yet: its controller, else its namespace. */
    record PodOwner(String apiVersion, ObjectKey key, String uid) {
        static PodOwner of(Request request, Namespaces.Known namespace) {
            PodOwner found =
                    new PodOwner(
                            "v1",
                            new ObjectKey(
                                    "Namespace", request.namespace(), namespace.facts().name()),
                            namespace.uid());
            if (request.object().get("metadata") instanceof Map<?, ?> metadata
                    && metadata.get("ownerReferences") instanceof List<?> owners) {
                for (Object each : owners) {
                    if (each instanceof Map<?, ?> owner
                            && Boolean.TRUE.equals(owner.get("controller"))
                            && !"Node".equals(owner.get("kind"))) {
                        found =
                                new PodOwner(
                                        "" + owner.get("apiVersion"),
                                        new ObjectKey(
                                                "" + owner.get("kind"),
                                                request.namespace(),
                                                "" + owner.get("name")),
                                        "" + owner.get("uid"));
                    }
                }
            }
            return found;
        }

        Notice notice(String reason, String message) {
            return new Notice(key, apiVersion, uid, true, reason, message);
        }
    }
}
