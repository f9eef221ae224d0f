package io.peakmesh.cli.check;

import com.fasterxml.jackson.databind.JsonNode;
import io.peakmesh.kube.survey.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What an installation that is to outlive the loss of a node must have. */
final class HaChecks {
    private static final int REPLICAS = 3;
    private static final String SYSTEM = "kube-system";

    private final Installation mesh;

    private HaChecks(Installation mesh) {
        this.mesh = mesh;
    }

    static Category of(Installation mesh) {
        HaChecks checks = new HaChecks(mesh);
        return new Category(
                "peakmesh-ha-checks",
                List.of(
                        Check.awaited("multiple replicas of the control plane", checks::replicas),
                        Check.awaited("replicas are on different nodes", checks::spread),
                        Check.of("pod disruption budget exists", checks::budget),
                        Check.of("injector's failure policy is Fail", checks::policy),
                        Check.of("pod injection disabled on kube-system", checks::spared)));
    }

    private List<PodFacts> ready() {
        return mesh.view().list(Kind.POD, mesh.namespace(), View.OURS, PodFacts::of).stream()
                .filter(pod -> pod.running() && pod.trouble().isEmpty())
                .toList();
    }

    private Finding replicas() {
        int ready = ready().size();
        return ready >= REPLICAS
                ? new Finding.Good("" + ready)
                : new Finding.Warning(
                        ready + " ready, of " + REPLICAS + " that are wanted",
                        mesh.commands().kubectl("get pods -o wide -n " + mesh.namespace()));
    }

    private Finding spread() {
        List<PodFacts> ready = ready();
        long nodes = ready.stream().map(PodFacts::node).distinct().count();
        return nodes == ready.size()
                ? Finding.good()
                : new Finding.Warning(
                        ready.size() + " replicas share " + nodes + " nodes",
                        mesh.commands().kubectl("get pods -o wide -n " + mesh.namespace()));
    }

    private Finding budget() {
        return mesh.view()
                        .names(Kind.DISRUPTION_BUDGET, mesh.namespace(), View.OURS, any -> true)
                        .isEmpty()
                ? new Finding.Warning(
                        "there is none: a drain may take all replicas at once",
                        mesh.commands().mesh("upgrade --ha")
                                + " | "
                                + mesh.commands().kubectl("apply -f -"))
                : Finding.good();
    }

    private Optional<JsonNode> injector() {
        return mesh.view().get(Kind.MUTATING_WEBHOOK, "", ConfigChecks.INJECTOR);
    }

    private Finding policy() {
        List<String> others = new ArrayList<>();
        injector()
                .ifPresent(one ->
                        one.path("webhooks")
                                .forEach(hook ->
                                        others.add(hook.path("failurePolicy").asText("Fail"))));
        others.removeIf("Fail"::equals);
        return injector().isPresent() && others.isEmpty()
                ? Finding.good()
                : new Finding.Warning(
                        "while the control plane is away pods start without a sidecar",
                        mesh.commands().mesh("upgrade --ha")
                                + " | "
                                + mesh.commands().kubectl("apply -f -"));
    }

    /** Else nothing in kube-system could start while the control plane is away. */
    private Finding spared() {
        Map<String, String> labels = new TreeMap<>();
        labels.put("kubernetes.io/metadata.name", SYSTEM);
        mesh.view()
                .get(Kind.NAMESPACE, "", SYSTEM)
                .ifPresent(one ->
                        one.path("metadata")
                                .path("labels")
                                .properties()
                                .forEach(label ->
                                        labels.put(label.getKey(), label.getValue().asText(""))));
        boolean asked = false;
        for (JsonNode hook :
                injector()
                        .map(one -> one.path("webhooks").valueStream().toList())
                        .orElse(List.of())) {
            asked |= Selector.matches(hook.path("namespaceSelector"), labels);
        }
        return asked
                ? new Finding.Failure(
                        "the injector is asked for its pods too: while the control plane is away"
                                + " none of them could start",
                        mesh.commands()
                                .kubectl(
                                        "get "
                                                + Kind.MUTATING_WEBHOOK.word()
                                                + " "
                                                + ConfigChecks.INJECTOR
                                                + " -o yaml"))
                : Finding.good();
    }
}
