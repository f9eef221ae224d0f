package io.peakmesh.smi.smi;

import io.peakmesh.model.Invalid;
import io.peakmesh.model.Service;
import io.peakmesh.model.ServiceAccountName;
import io.peakmesh.model.ServiceName;
import io.peakmesh.model.TrafficSplit;
import io.peakmesh.model.TrafficTarget;
import io.peakmesh.smi.derive.Dependents;
import io.peakmesh.smi.derive.Derived;
import io.peakmesh.smi.object.MeshObject.SmiObject;
import io.peakmesh.smi.object.ObjectKey;
import io.peakmesh.smi.object.Report;
import io.peakmesh.smi.status.Judgement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the SMI objects and what follows from them. A version of an object that cannot be used is
 * reported, and the version before it stays in force until a usable one comes or the object goes.
 */
public final class Policies {
    private static final String READING = "reading";
    private static final String RESOLVING = "resolving";
    private static final List<String> STAGES = List.of(READING, RESOLVING);

    private final String clusterDomain;
    private final TreeMap<ObjectKey, Parsed> inForce = new TreeMap<>();

    private final Dependents<ObjectKey, ObjectKey> targetsUsing = new Dependents<>();
    private final Dependents<ServiceAccountName, ObjectKey> targetsAt = new Dependents<>();
    private final Dependents<ObjectKey, ServiceName> rootsUsing = new Dependents<>();
    private final Dependents<ServiceName, ObjectKey> splitsOf = new Dependents<>();

    private final Derived<ObjectKey, TrafficTarget> resolvedTargets = new Derived<>();
    private final Derived<ServiceAccountName, List<TrafficTarget>> targets = new Derived<>();
    private final Derived<ServiceName, List<TrafficSplit>> splits = new Derived<>();
    private final Derived<ObjectKey, List<Invalid>> problems = new Derived<>();
    private final Map<ObjectKey, Received> received = new HashMap<>();
    private final Derived<ObjectKey, Judgement> judgements = new Derived<>();

    private final Set<ObjectKey> touchedTargets = new TreeSet<>();
    private final Set<ServiceName> touchedRoots = new TreeSet<>();
    private final Set<ServiceAccountName> touchedDestinations = new TreeSet<>();
    private final Set<ObjectKey> touchedJudgements = new TreeSet<>();

    public Policies(String clusterDomain) {
        this.clusterDomain = clusterDomain;
    }

    public Derived<ServiceAccountName, List<TrafficTarget>> targets() {
        return targets;
    }

    public Derived<ServiceName, List<TrafficSplit>> splits() {
        return splits;
    }

    /** Everything refused or remarked on, by object. */
    public Derived<ObjectKey, List<Invalid>> problems() {
        return problems;
    }

    /** What became of each object that is known, also of those that are refused. */
    public Derived<ObjectKey, Judgement> judgements() {
        return judgements;
    }

    public void accept(SmiObject object) {
        ObjectKey key = object.key();
        List<Invalid> found = new ArrayList<>();
        Optional<Parsed> parsed = Reader.read(Received.spec(object), clusterDomain, found);
        received.put(key, Received.of(object, parsed.isPresent()));
        touchedJudgements.add(key);
        report(READING, key, found);
        parsed.ifPresent(now -> replace(key, now));
    }

    public void remove(ObjectKey key) {
        received.remove(key);
        touchedJudgements.add(key);
        replace(key, null);
        report(READING, key, List.of());
        report(RESOLVING, key, List.of());
    }

    /** A service came, went or has other ports now. */
    public void serviceChanged(ServiceName name) {
        touchedRoots.addAll(rootsUsing.of(key(name)));
    }

    /** Resolves again what was touched, against these services. */
    public void settle(Map<ServiceName, Service> services) {
        touchedTargets.forEach(this::settleTarget);
        touchedTargets.clear();
        touchedDestinations.forEach(this::settleDestination);
        touchedDestinations.clear();
        touchedRoots.forEach(root -> settleRoot(root, services));
        touchedRoots.clear();
        touchedJudgements.forEach(this::judge);
        touchedJudgements.clear();
    }

    private void replace(ObjectKey key, @Nullable Parsed now) {
        Parsed before = now == null ? inForce.remove(key) : inForce.put(key, now);
        if (before != null && before.equals(now)) {
            return;
        }
        touch(key, before);
        touch(key, now);
    }

    private void touch(ObjectKey key, @Nullable Parsed parsed) {
        switch (parsed) {
            case null -> {}
            case Parsed.Target target -> {
                touchedTargets.add(key);
                touchedDestinations.add(target.destination());
            }
            case Parsed.Split split -> {
                touchedRoots.add(split.root());
                touchedRoots.addAll(rootsUsing.of(key(split.root())));
                splitsOf.set(
                        key,
                        inForce.get(key) instanceof Parsed.Split now
                                ? Set.of(now.root())
                                : Set.of());
            }
            case Parsed.Group _, Parsed.PortRoute _ -> {
                touchedTargets.addAll(targetsUsing.of(key));
                touchedRoots.addAll(rootsUsing.of(key));
            }
        }
    }

    private void settleTarget(ObjectKey key) {
        if (!(inForce.get(key) instanceof Parsed.Target target)) {
            use(key, Set.of(), Set.of());
            resolvedTargets.set(key, Optional.empty());
            return;
        }
        Set<ObjectKey> routes = new HashSet<>();
        target.rules().forEach(rule -> routes.add(rule.route()));
        use(key, routes, Set.of(target.destination()));
        List<Invalid> found = new ArrayList<>();
        TrafficTarget resolved =
                TargetResolver.resolve(target, inForce, new Report(target.where(), found));
        report(RESOLVING, key, found);
        if (resolvedTargets.set(key, Optional.of(resolved))) {
            touchedDestinations.add(target.destination());
        }
    }

    /** Notes which routes a target uses, and where: the routes are judged by that. */
    private void use(ObjectKey target, Set<ObjectKey> routes, Set<ServiceAccountName> at) {
        Set<ObjectKey> before = targetsUsing.lookedAtBy(target);
        boolean moved = !targetsAt.lookedAtBy(target).equals(at);
        targetsUsing.set(target, routes);
        targetsAt.set(target, at);
        touchDifference(routes, before);
        touchDifference(moved ? Set.of() : before, routes);
    }

    private void touchDifference(Set<ObjectKey> known, Set<ObjectKey> routes) {
        routes.stream()
                .filter(route -> !known.contains(route) && received.containsKey(route))
                .forEach(touchedJudgements::add);
    }

    private void settleDestination(ServiceAccountName destination) {
        List<TrafficTarget> all =
                targetsAt.of(destination).stream()
                        .flatMap(key -> resolvedTargets.get(key).stream())
                        .sorted(Comparator.comparing(TrafficTarget::name))
                        .toList();
        targets.set(destination, all.isEmpty() ? Optional.empty() : Optional.of(all));
    }

    private void settleRoot(ServiceName root, Map<ServiceName, Service> services) {
        Map<ObjectKey, Parsed.Split> ofRoot = new TreeMap<>();
        Set<ObjectKey> used = new HashSet<>();
        for (ObjectKey key : splitsOf.of(root)) {
            if (inForce.get(key) instanceof Parsed.Split split) {
                ofRoot.put(key, split);
                used.add(key(root));
                split.backends().forEach(leaf -> used.add(key(leaf.service())));
                split.matches().forEach(match -> used.add(match.route()));
            }
        }
        Set<ObjectKey> usedBefore = rootsUsing.lookedAtBy(root);
        rootsUsing.set(root, used);
        touchDifference(usedBefore, used);
        touchDifference(used, usedBefore);
        SplitResolver resolver =
                new SplitResolver(services, inForce, name -> !splitsOf.of(name).isEmpty());
        List<TrafficSplit> resolved = resolver.resolve(ofRoot.values());
        splits.set(root, resolved.isEmpty() ? Optional.empty() : Optional.of(resolved));
        ofRoot.forEach((key, split) ->
                report(RESOLVING, key, resolver.problems().getOrDefault(split.name(), List.of())));
    }

    private void judge(ObjectKey key) {
        Received object = received.get(key);
        if (object == null) {
            judgements.set(key, Optional.empty());
            return;
        }
        Set<ServiceName> services = Set.of();
        Set<ServiceAccountName> accounts = Set.of();
        switch (inForce.get(key)) {
            case null -> {}
            case Parsed.Split split -> services = Set.of(split.root());
            case Parsed.Target target -> accounts = Set.of(target.destination());
            case Parsed.Group _, Parsed.PortRoute _ -> {
                services = rootsUsing.of(key);
                accounts = new HashSet<>();
                for (ObjectKey target : targetsUsing.of(key)) {
                    accounts.addAll(targetsAt.lookedAtBy(target));
                }
            }
        }
        List<Invalid> all = new ArrayList<>();
        for (String stage : STAGES) {
            all.addAll(problems.get(place(stage, key)).orElse(List.of()));
        }
        judgements.set(key, Optional.of(object.judged(key, all, services, accounts)));
    }

    private static ObjectKey key(ServiceName name) {
        return new ObjectKey("Service", name.namespace(), name.name());
    }

    private void report(String stage, ObjectKey key, List<Invalid> found) {
        Optional<List<Invalid>> said =
                found.isEmpty() ? Optional.empty() : Optional.of(List.copyOf(found));
        if (problems.set(place(stage, key), said)) {
            touchedJudgements.add(key);
        }
    }

    private static ObjectKey place(String stage, ObjectKey key) {
        return new ObjectKey(key.kind() + "/" + stage, key.namespace(), key.name());
    }
}
