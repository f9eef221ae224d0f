package io.peakmesh.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.injector.patch.Injection;
import io.peakmesh.injector.webhook.Admission;
import io.peakmesh.injector.webhook.Admission.Answer;
import io.peakmesh.kube.crd.InjectorWebhook.Failure;
import io.peakmesh.smi.object.ObjectEvent;
import io.peakmesh.smi.object.ObjectKey;
import io.peakmesh.smi.status.Notice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InjectionWebhookTest {
    private static final Map<String, Object> OF_A_REPLICA_SET =
            Map.of(
                    "metadata",
                    Map.of(
                            "generateName",
                            "web-1-",
                            "ownerReferences",
                            List.of(
                                    Map.of(
                                            "apiVersion", "apps/v1",
                                            "kind", "ReplicaSet",
                                            "name", "web-1",
                                            "uid", "u1",
                                            "controller", true))));
    private static final Map<String, Object> BARE = Map.of("metadata", Map.of("name", "web"));
    private static final Injection REMARKED =
            new Injection.Injected(
                    List.of(Map.of("op", "add", "path", "/x", "value", "y")),
                    "mesh-port",
                    List.of("it has the mesh-port mode"));

    private final List<Notice> told = new ArrayList<>();

    private InjectionWebhook webhook(Injection injection, Failure failure) {
        Namespaces namespaces =
                new Namespaces(
                        name -> {
                            throw new IOException("the API server is away");
                        },
                        () -> true);
        namespaces.take(
                List.of(new ObjectEvent.Applied(NamespacesTest.namespace("shop", Map.of()))));
        return new InjectionWebhook(
                namespaces, (pod, namespace) -> injection, failure, told::addAll);
    }

    private static Admission.Request request(
            String namespace, Map<String, Object> pod, boolean dryRun) {
        return new Admission.Request("CREATE", "v1", "Pod", namespace, "", pod, Map.of(), dryRun);
    }

    @Test
    void remarksAreWarningsAndEventsOfTheOwner() {
        Answer answer =
                webhook(REMARKED, Failure.IGNORE).review(request("shop", OF_A_REPLICA_SET, false));

        assertThat(answer)
                .isEqualTo(
                        new Answer.Patched(
                                List.of(Map.of("op", "add", "path", "/x", "value", "y")),
                                List.of("peakmesh: it has the mesh-port mode")));
        assertThat(told)
                .containsExactly(
                        new Notice(
                                new ObjectKey("ReplicaSet", "shop", "web-1"),
                                "apps/v1",
                                "u1",
                                true,
                                InjectionWebhook.REMARK,
                                "it has the mesh-port mode"));
    }

    @Test
    void ofAPodWithoutAnOwnerTheNamespaceIsTold() {
        webhook(new Injection.LeftAlone("it is on the node's network", false), Failure.IGNORE)
                .review(request("shop", BARE, false));

        assertThat(told)
                .containsExactly(
                        new Notice(
                                new ObjectKey("Namespace", "shop", "shop"),
                                "v1",
                                "uid-shop",
                                true,
                                InjectionWebhook.MISSING,
                                "no sidecar: it is on the node's network"));
    }

    @Test
    void aDryRunTellsNobodyButItsCaller() {
        Answer answer =
                webhook(REMARKED, Failure.IGNORE).review(request("shop", OF_A_REPLICA_SET, true));

        assertThat(told).isEmpty();
        assertThat(answer).isInstanceOf(Answer.Patched.class);
    }

    @Test
    void aPodThatNobodyMeantIsLeftAloneInSilence() {
        Answer answer =
                webhook(new Injection.LeftAlone("not asked for", true), Failure.IGNORE)
                        .review(request("shop", BARE, false));

        assertThat(answer).isEqualTo(new Answer.Allowed(List.of()));
        assertThat(told).isEmpty();
    }

    @Test
    void aRefusalNamesTheFieldAndWhatToDo() {
        Injection refused = new Injection.Refused("spec.x", "must be 1: write 1");

        assertThat(webhook(refused, Failure.IGNORE).review(request("shop", BARE, false)))
                .isEqualTo(new Answer.Denied("spec.x: must be 1: write 1"));
    }

    @Test
    void whereTheNamespaceCannotBeReadTheFailurePolicyDecides() {
        assertThat(webhook(REMARKED, Failure.FAIL).review(request("new", BARE, false)))
                .isEqualTo(
                        new Answer.Denied(
                                "namespace new cannot be read by the control plane: the API server"
                                        + " is away; try again"));
        assertThat(webhook(REMARKED, Failure.IGNORE).review(request("new", BARE, false)))
                .isInstanceOfSatisfying(
                        Answer.Allowed.class,
                        allowed ->
                                assertThat(allowed.warnings())
                                        .singleElement()
                                        .asString()
                                        .startsWith("peakmesh: no sidecar: namespace new"));
    }
}
