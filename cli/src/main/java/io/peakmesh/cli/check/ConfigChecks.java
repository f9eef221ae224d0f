package io.peakmesh.cli.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.peakmesh.kube.crd.SmiDefinitions;
import io.peakmesh.kube.crd.WebhookConfigurations;
import io.peakmesh.kube.survey.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether the objects are there by which the control plane has its rights and is asked. */
final class ConfigChecks {
    static final String INJECTOR = "peakmesh-injector";

    private final Installation mesh;

    private ConfigChecks(Installation mesh) {
        this.mesh = mesh;
    }

    static Category of(Installation mesh) {
        ConfigChecks checks = new ConfigChecks(mesh);
        return new Category(
                "peakmesh-config",
                List.of(
                        Check.of("control plane ClusterRoles exist", checks::roles),
                        Check.of("control plane ClusterRoleBindings exist", checks::bindings),
                        Check.of("control plane ServiceAccounts exist", checks::accounts),
                        Check.awaited(
                                "control plane CustomResourceDefinitions exist",
                                checks::definitions),
                        Check.awaited(
                                "control plane MutatingWebhookConfigurations exist",
                                () -> checks.there(Kind.MUTATING_WEBHOOK, INJECTOR)),
                        Check.awaited(
                                "control plane ValidatingWebhookConfigurations exist",
                                () ->
                                        checks.there(
                                                Kind.VALIDATING_WEBHOOK,
                                                WebhookConfigurations.VALIDATING)),
                        Check.awaited(
                                "control plane APIService is available", checks::apiService)));
    }

    private Finding some(List<String> names, String kind) {
        return names.isEmpty()
                ? new Finding.Failure(
                        "there is no " + kind + " of Peakmesh", mesh.commands().upgrade())
                : Finding.good();
    }

    private Finding roles() {
        return some(
                mesh.view().names(Kind.CLUSTER_ROLE, "", View.OURS, any -> true), "ClusterRole");
    }

    /** Each must lead from a role that is there to an account that is there. */
    private Finding bindings() {
        List<String> broken = new ArrayList<>();
        List<JsonNode> bindings =
                mesh.view().list(Kind.CLUSTER_ROLE_BINDING, "", View.OURS, one -> one);
        for (JsonNode binding : bindings) {
            String role = binding.path("roleRef").path("name").asText("");
            if (mesh.view().get(Kind.CLUSTER_ROLE, "", role).isEmpty()) {
                broken.add(View.name(binding) + ": there is no ClusterRole " + role);
            }
            for (JsonNode subject : binding.path("subjects")) {
                String namespace = subject.path("namespace").asText("");
                String account = subject.path("name").asText("");
                if (subject.path("kind").asText("").equals("ServiceAccount")
                        && mesh.view().get(Kind.SERVICE_ACCOUNT, namespace, account).isEmpty()) {
                    broken.add(
                            View.name(binding)
                                    + ": there is no ServiceAccount "
                                    + namespace
                                    + "/"
                                    + account);
                }
            }
        }
        return broken.isEmpty()
                ? some(bindings.stream().map(View::name).toList(), "ClusterRoleBinding")
                : new Finding.Failure(Few.of(broken, "lead nowhere"), mesh.commands().upgrade());
    }

    private Finding accounts() {
        return some(
                mesh.view().names(Kind.SERVICE_ACCOUNT, mesh.namespace(), View.OURS, any -> true),
                "ServiceAccount");
    }

    private Finding definitions() {
        List<String> wrong = new ArrayList<>();
        List<String> moving = new ArrayList<>();
        for (SmiDefinitions.Wanted wanted : SmiDefinitions.all()) {
            Optional<JsonNode> found = mesh.view().get(Kind.DEFINITION, "", wanted.name());
            if (found.isEmpty()) {
                wrong.add(wanted.name() + " is missing");
                continue;
            }
            if (!condition(found.get(), "Established").path("status").asText("").equals("True")) {
                wrong.add(
                        wanted.name()
                                + " is not served: "
                                + condition(found.get(), "NamesAccepted")
                                        .path("message")
                                        .asText("no reason given"));
            }
            String stored = storage(found.get());
            if (!stored.equals(wanted.storage())) {
                wrong.add(wanted.name() + " stores " + stored + " instead of " + wanted.storage());
            }
            for (JsonNode version : found.get().path("status").path("storedVersions")) {
                if (!version.asText("").equals(wanted.storage())) {
                    moving.add(wanted.name() + " has objects stored as " + version.asText(""));
                }
            }
        }
        if (!wrong.isEmpty()) {
            return new Finding.Failure(
                    Few.of(wrong, "are not as the control plane keeps them"),
                    mesh.commands().mesh("install --crds")
                            + " | "
                            + mesh.commands().kubectl("apply -f -"));
        }
        return moving.isEmpty()
                ? Finding.good()
                : new Finding.Warning(
                        Few.of(moving, "being rewritten in the newest version"),
                        mesh.commands().kubectl("get crd -o yaml"));
    }

    private static String storage(JsonNode definition) {
        for (JsonNode version : definition.path("spec").path("versions")) {
            if (version.path("storage").asBoolean(false)) {
                return version.path("name").asText("");
            }
        }
        return "nothing";
    }

    private Finding there(Kind kind, String name) {
        return mesh.view().get(kind, "", name).isPresent()
                ? Finding.good()
                : new Finding.Failure(
                        "there is no " + name + ", which the leader keeps",
                        mesh.commands().kubectl("logs deployment/peakmesh -n " + mesh.namespace()));
    }

    private Finding apiService() {
        String name = WebhookConfigurations.API_SERVICE;
        Optional<JsonNode> found = mesh.view().get(Kind.API_SERVICE, "", name);
        if (found.isEmpty()) {
            return there(Kind.API_SERVICE, name);
        }
        JsonNode available = condition(found.get(), "Available");
        return available.path("status").asText("").equals("True")
                ? Finding.good()
                : new Finding.Failure(
                        "the API server cannot ask the control plane: "
                                + available.path("message").asText("not tried yet"),
                        mesh.commands().kubectl("get apiservice " + name + " -o yaml"));
    }

    private static JsonNode condition(JsonNode object, String type) {
        return object.path("status")
                .path("conditions")
                .valueStream()
                .filter(one -> one.path("type").asText("").equals(type))
                .findFirst()
                .orElse(MissingNode.getInstance());
    }
}
