package io.peakmesh.cli.check;

import io.peakmesh.kube.crd.SmiDefinitions;
import io.peakmesh.kube.crd.WebhookConfigurations;
import io.peakmesh.kube.survey.Kind;
import io.peakmesh.kube.survey.Right;
import java.util.ArrayList;
import java.util.List;

/** What somebody who installs must be allowed to do: docs/kubernetes.md, "Rights". */
final class InstallRights {
    private static final String SYSTEM = "kube-system";
    private static final List<String> SMI =
            List.of("access.smi-spec.io", "specs.smi-spec.io", "split.smi-spec.io");

    private final String namespace;

    InstallRights(String namespace) {
        this.namespace = namespace;
    }

    /** To make the objects of one kind, and to apply them again. */
    List<Right> toApply(Kind kind) {
        String in = kind.namespaced() ? namespace : "";
        return List.of(
                Right.to("create", kind, in),
                Right.to("get", kind, in),
                Right.to("patch", kind, in));
    }

    /** The binding by which the control plane learns who signs the API server's own calls. */
    List<Right> toBindInSystem() {
        return List.of(Right.to("create", Kind.ROLE_BINDING, SYSTEM));
    }

    /** Who has these may give any right to anybody. */
    List<Right> toGiveAnyRight() {
        return List.of(
                Right.to("escalate", Kind.CLUSTER_ROLE, ""),
                Right.to("bind", Kind.CLUSTER_ROLE, ""),
                Right.to("escalate", Kind.ROLE, namespace),
                Right.to("bind", Kind.ROLE, namespace));
    }

    /** What the control plane gets, which only somebody can give who has it. */
    List<Right> ofTheControlPlane() {
        List<Right> rights = new ArrayList<>();
        add(rights, "", List.of("namespaces", "nodes", "services", "pods"), "list", "watch");
        add(rights, "discovery.k8s.io", List.of("endpointslices"), "list", "watch");
        for (String group : SMI) {
            add(rights, group, List.of("*"), "list", "watch", "get", "patch");
        }
        add(rights, "authentication.k8s.io", List.of("tokenreviews"), "create");
        add(rights, "events.k8s.io", List.of("events"), "create", "patch");
        add(rights, "", List.of("configmaps"), "create");
        own(rights, Kind.CONFIG_MAP, Installation.ROOTS, "list", "patch", "delete");
        for (Kind made :
                List.of(
                        Kind.DEFINITION,
                        Kind.VALIDATING_WEBHOOK,
                        Kind.MUTATING_WEBHOOK,
                        Kind.API_SERVICE)) {
            add(rights, made.group(), List.of(made.plural()), "create");
        }
        for (SmiDefinitions.Wanted one : SmiDefinitions.all()) {
            own(rights, Kind.DEFINITION, one.name(), "get", "patch");
        }
        own(rights, Kind.VALIDATING_WEBHOOK, WebhookConfigurations.VALIDATING, "get", "patch");
        own(rights, Kind.MUTATING_WEBHOOK, ConfigChecks.INJECTOR, "get", "patch");
        own(rights, Kind.API_SERVICE, WebhookConfigurations.API_SERVICE, "get", "patch");
        for (String verb : List.of("get", "update", "create")) {
            rights.add(Right.to(verb, Kind.SECRET, namespace));
            rights.add(Right.to(verb, Kind.LEASE, namespace));
        }
        return rights;
    }

    private static void own(List<Right> rights, Kind kind, String name, String... verbs) {
        for (String verb : verbs) {
            rights.add(new Right(verb, kind.group(), kind.plural(), "", name));
        }
    }

    private static void add(
            List<Right> rights, String group, List<String> resources, String... verbs) {
        for (String resource : resources) {
            for (String verb : verbs) {
                rights.add(new Right(verb, group, resource, "", ""));
            }
        }
    }
}
