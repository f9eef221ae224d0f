package io.peakmesh.cli.check;

import com.fasterxml.jackson.databind.JsonNode;
import io.peakmesh.kube.crd.SmiDefinitions;
import io.peakmesh.kube.survey.Kind;
import io.peakmesh.kube.survey.Right;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Whether Peakmesh can be installed. */
final class PreChecks {
    private static final String LEVEL = "pod-security.kubernetes.io/enforce";

    private final Supplier<View> cluster;
    private final String namespace;
    private final Commands commands;
    private final InstallRights rights;

    private PreChecks(Supplier<View> cluster, String namespace, Commands commands) {
        this.cluster = cluster;
        this.namespace = namespace;
        this.commands = commands;
        this.rights = new InstallRights(namespace);
    }

    static Category of(Supplier<View> cluster, String namespace, Commands commands, Clocks clocks) {
        PreChecks checks = new PreChecks(cluster, namespace, commands);
        List<Check> all = new ArrayList<>();
        all.add(Check.of("control plane namespace does not already exist", checks::free));
        checks.may(all, "Namespaces", Kind.NAMESPACE);
        all.add(
                Check.of(
                        "can create non-namespaced resources",
                        () ->
                                checks.mayAll(
                                        List.of(
                                                Kind.CLUSTER_ROLE,
                                                Kind.CLUSTER_ROLE_BINDING,
                                                Kind.DEFINITION))));
        checks.may(all, "ServiceAccounts", Kind.SERVICE_ACCOUNT);
        checks.may(all, "Services", Kind.SERVICE);
        checks.may(all, "Deployments", Kind.DEPLOYMENT);
        checks.may(all, "ConfigMaps", Kind.CONFIG_MAP);
        checks.may(all, "PodDisruptionBudgets", Kind.DISRUPTION_BUDGET);
        checks.may(all, "NetworkPolicies", Kind.NETWORK_POLICY);
        all.add(
                Check.of(
                        "can create Roles and RoleBindings",
                        () -> checks.mayAll(List.of(Kind.ROLE, Kind.ROLE_BINDING))));
        all.add(
                Check.of(
                        "can bind the role extension-apiserver-authentication-reader",
                        () -> checks.have(checks.rights.toBindInSystem())));
        all.add(Check.of("can give the control plane its rights", checks::give));
        all.add(Check.of("no SMI definitions of another tool", checks::definitions));
        all.add(Check.of("Pod Security admission lets sidecars redirect", checks::levels));
        all.add(Check.of("no clock skew detected", clocks::look));
        return new Category("pre-kubernetes-setup", all);
    }

    private void may(List<Check> all, String kinds, Kind kind) {
        all.add(Check.of("can create " + kinds, () -> have(rights.toApply(kind))));
    }

    private Finding mayAll(List<Kind> kinds) {
        return have(kinds.stream().flatMap(kind -> rights.toApply(kind).stream()).toList());
    }

    private Finding free() {
        Optional<JsonNode> found = cluster.get().get(Kind.NAMESPACE, "", namespace);
        if (found.isEmpty()) {
            return Finding.good();
        }
        if (cluster.get().get(Kind.CONFIG_MAP, namespace, Installation.CONFIG).isPresent()) {
            return new Finding.Warning(
                    "Peakmesh is installed in " + namespace + " already", commands.mesh("check"));
        }
        String partOf =
                found.get()
                        .path("metadata")
                        .path("labels")
                        .path("app.kubernetes.io/part-of")
                        .asText("");
        return partOf.equals("peakmesh")
                ? new Finding.Good("it is ours")
                : new Finding.Warning(
                        "there is a namespace "
                                + namespace
                                + " that Peakmesh did not make; it would be used",
                        commands.kubectl("get all -n " + namespace));
    }

    private List<Right> missing(List<Right> wanted) {
        return wanted.stream().filter(right -> !cluster.get().may(right)).toList();
    }

    private Finding have(List<Right> wanted) {
        List<Right> missing = missing(wanted);
        return missing.isEmpty()
                ? Finding.good()
                : new Finding.Failure(
                        "you may not "
                                + String.join(", ", missing.stream().map(Right::toString).toList()),
                        commands.kubectl("auth can-i " + missing.getFirst()));
    }

    private Finding give() {
        List<Right> any = missing(rights.toGiveAnyRight());
        List<String> missing =
                any.isEmpty()
                        ? List.of()
                        : missing(rights.ofTheControlPlane()).stream()
                                .map(Right::toString)
                                .toList();
        return missing.isEmpty()
                ? Finding.good()
                : new Finding.Failure(
                        Few.of(missing, "rights that you cannot give as you do not have them"),
                        commands.kubectl("auth can-i " + any.getFirst()));
    }

    private Finding definitions() {
        List<String> taken = new ArrayList<>();
        List<String> unknown = new ArrayList<>();
        String first = "";
        for (SmiDefinitions.Wanted wanted : SmiDefinitions.all()) {
            Optional<JsonNode> found = cluster.get().get(Kind.DEFINITION, "", wanted.name());
            if (found.isEmpty() || ours(found.get())) {
                continue;
            }
            first = first.isEmpty() ? wanted.name() : first;
            List<String> strange =
                    found.get()
                            .path("status")
                            .path("storedVersions")
                            .valueStream()
                            .map(JsonNode::asText)
                            .filter(version -> !wanted.versions().contains(version))
                            .toList();
            if (strange.isEmpty()) {
                taken.add(wanted.name() + ", made by " + maker(found.get()));
            } else {
                unknown.add(wanted.name() + " has objects stored as " + strange);
            }
        }
        String next = commands.kubectl("get crd " + first + " -o yaml");
        if (!unknown.isEmpty()) {
            return new Finding.Failure(
                    Few.of(unknown, "cannot be taken over, nothing here converts these"), next);
        }
        return taken.isEmpty()
                ? Finding.good()
                : new Finding.Warning(
                        Few.of(taken, "will be taken over, with all their objects"), next);
    }

    private static boolean ours(JsonNode definition) {
        return label(definition, "part-of").equals("peakmesh")
                || label(definition, "managed-by").equals("peakmesh");
    }

    private static String label(JsonNode object, String name) {
        return object.path("metadata").path("labels").path("app.kubernetes.io/" + name).asText("");
    }

    /** As far as the object tells: who converts it, a release, a label, or who wrote it. */
    private static String maker(JsonNode definition) {
        JsonNode service = definition.at("/spec/conversion/webhook/clientConfig/service");
        JsonNode metadata = definition.path("metadata");
        String release = metadata.path("annotations").path("meta.helm.sh/release-name").asText("");
        if (service.isObject()) {
            return service.path("name").asText("") + "." + service.path("namespace").asText("");
        }
        if (!release.isEmpty()) {
            return "the Helm release " + release;
        }
        for (String name : List.of("part-of", "managed-by", "name")) {
            if (!label(definition, name).isEmpty()) {
                return label(definition, name);
            }
        }
        for (Map.Entry<String, JsonNode> label : metadata.path("labels").properties()) {
            return label.getKey() + "=" + label.getValue().asText("");
        }
        String manager = metadata.path("managedFields").path(0).path("manager").asText("");
        return manager.isEmpty() ? "somebody else" : manager;
    }

    private Finding levels() {
        List<String> strict =
                cluster.get()
                        .names(
                                Kind.NAMESPACE,
                                "",
                                LEVEL + " in (baseline,restricted)",
                                any -> !View.name(any).equals(namespace));
        return strict.isEmpty()
                ? Finding.good()
                : new Finding.Good(
                        "not in " + shown(strict) + ": pods there get the mesh-port mode");
    }

    private static String shown(List<String> names) {
        return names.size() <= 3
                ? String.join(", ", names)
                : String.join(", ", names.subList(0, 3)) + " and " + (names.size() - 3) + " more";
    }
}
