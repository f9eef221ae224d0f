package io.peakmesh.cli.check;

import com.fasterxml.jackson.databind.JsonNode;
import io.peakmesh.kube.survey.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether the control plane is in the cluster and at work. */
final class ExistenceChecks {
    private static final String LEASE = "peakmesh-leader";

    private final Installation mesh;

    private ExistenceChecks(Installation mesh) {
        this.mesh = mesh;
    }

    static Category of(Installation mesh) {
        ExistenceChecks checks = new ExistenceChecks(mesh);
        return new Category(
                "peakmesh-existence",
                List.of(
                        Check.of("control plane Namespace exists", checks::namespace).asDecisive(),
                        Check.of("'peakmesh-config' config map exists", checks::config),
                        Check.awaited("control plane Deployment is available", checks::deployment),
                        Check.awaited("control plane pods are ready", checks::pods),
                        Check.awaited("a leader is at work", checks::leader)));
    }

    private Finding namespace() {
        return mesh.view().get(Kind.NAMESPACE, "", mesh.namespace()).isPresent()
                ? Finding.good()
                : new Finding.Failure(
                        "there is no namespace "
                                + mesh.namespace()
                                + " (another one: --peakmesh-namespace)",
                        mesh.commands().install());
    }

    private Finding config() {
        mesh.values();
        return Finding.good();
    }

    private Finding deployment() {
        List<String> wrong = new ArrayList<>();
        List<JsonNode> found =
                mesh.view().list(Kind.DEPLOYMENT, mesh.namespace(), View.OURS, one -> one);
        for (JsonNode one : found) {
            int wanted = one.path("spec").path("replicas").asInt(1);
            int available = one.path("status").path("availableReplicas").asInt(0);
            int updated = one.path("status").path("updatedReplicas").asInt(0);
            if (available < wanted || updated < wanted) {
                wrong.add(
                        View.name(one)
                                + ": "
                                + available
                                + " of "
                                + wanted
                                + " replicas available, "
                                + updated
                                + " up to date");
            }
        }
        if (found.isEmpty()) {
            return new Finding.Failure(
                    "there is no Deployment of Peakmesh in " + mesh.namespace(),
                    mesh.commands().install());
        }
        return wrong.isEmpty()
                ? Finding.good()
                : new Finding.Failure(
                        String.join("\n", wrong),
                        mesh.commands()
                                .kubectl(
                                        "rollout status deployment/"
                                                + View.name(found.getFirst())
                                                + " -n "
                                                + mesh.namespace()));
    }

    private Finding pods() {
        List<PodFacts> pods =
                mesh.view().list(Kind.POD, mesh.namespace(), View.OURS, PodFacts::of).stream()
                        .filter(PodFacts::running)
                        .toList();
        List<String> wrong = new ArrayList<>();
        String first = "";
        for (PodFacts pod : pods) {
            if (!pod.trouble().isEmpty()) {
                first = first.isEmpty() ? pod.name() : first;
                wrong.add(pod.name() + ": " + pod.trouble());
            }
        }
        if (pods.isEmpty()) {
            return new Finding.Failure(
                    "there is no pod of Peakmesh in " + mesh.namespace(),
                    mesh.commands().kubectl("get events -n " + mesh.namespace()));
        }
        return wrong.isEmpty()
                ? new Finding.Good("" + pods.size())
                : new Finding.Failure(
                        Few.of(wrong, "of " + pods.size() + " are not ready"),
                        mesh.commands()
                                .kubectl("describe pod " + first + " -n " + mesh.namespace()));
    }

    /** By the API server's clock, as the lease's renewals may come from anywhere. */
    private Finding leader() {
        Optional<JsonNode> lease = mesh.view().get(Kind.LEASE, mesh.namespace(), LEASE);
        JsonNode spec = lease.map(one -> one.path("spec")).orElse(null);
        String holder = spec == null ? "" : spec.path("holderIdentity").asText("");
        String next = mesh.commands().kubectl("get lease " + LEASE + " -n " + mesh.namespace());
        if (spec == null || holder.isEmpty()) {
            return new Finding.Failure(
                    "no replica leads: definitions, webhooks and statuses are not kept", next);
        }
        Optional<Instant> renewed = Clocks.instant(spec.path("renewTime").asText(""));
        Optional<Instant> now = mesh.view().clock();
        Duration life = Duration.ofSeconds(spec.path("leaseDurationSeconds").asLong(15));
        if (renewed.isPresent()
                && now.isPresent()
                && renewed.get().plus(life).isBefore(now.get())) {
            return new Finding.Failure(
                    holder
                            + " led, and was heard of "
                            + Duration.between(renewed.get(), now.get()).toSeconds()
                            + " s ago; no other replica took over",
                    next);
        }
        return new Finding.Good(holder);
    }
}
