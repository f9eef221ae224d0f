package io.peakmesh.smi.smi;

import io.peakmesh.model.HttpMatch;
import io.peakmesh.model.Invalid;
import io.peakmesh.model.Invalid.Cause;
import io.peakmesh.model.Service;
import io.peakmesh.model.ServiceName;
import io.peakmesh.model.ServicePort;
import io.peakmesh.model.TrafficSplit;
import io.peakmesh.model.TrafficSplit.Backend;
import io.peakmesh.smi.object.ObjectKey;
import io.peakmesh.smi.object.Report;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Resolves the TrafficSplits of one root service (SMI split v1alpha4). Those with matches come
 * first, then by age (one that does not know its age is the youngest), then by name; of those
 * without matches only the first is kept. A backend that is missing or has none of the root's ports
 * gets no traffic, so that no request is lost to it.
 */
final class SplitResolver {
    static final Comparator<Parsed.Split> ORDER =
            Comparator.comparing((Parsed.Split s) -> !s.matched())
                    .thenComparing(s -> s.created().orElse(Instant.MAX))
                    .thenComparing(Parsed.Split::name);

    private final Map<ServiceName, Service> services;
    private final Map<ObjectKey, Parsed> objects;
    private final Predicate<ServiceName> isRoot;
    private final Map<String, List<Invalid>> problems = new TreeMap<>();

    SplitResolver(
            Map<ServiceName, Service> services,
            Map<ObjectKey, Parsed> objects,
            Predicate<ServiceName> isRoot) {
        this.services = services;
        this.objects = objects;
        this.isRoot = isRoot;
    }

    /** Remarks by the name of the split, {@code namespace/name}. */
    Map<String, List<Invalid>> problems() {
        return problems;
    }

    List<TrafficSplit> resolve(Collection<Parsed.Split> splits) {
        List<TrafficSplit> kept = new ArrayList<>();
        String unmatched = "";
        for (Parsed.Split split : splits.stream().sorted(ORDER).toList()) {
            List<Invalid> sink = problems.computeIfAbsent(split.name(), n -> new ArrayList<>());
            Report report = new Report(split.where(), sink);
            Optional<TrafficSplit> resolved = resolve(split, report);
            if (resolved.isPresent() && !split.matched() && !unmatched.isEmpty()) {
                report.warning(
                        Cause.CONFLICT,
                        "spec.service",
                        "conflicts with TrafficSplit "
                                + unmatched
                                + ", which divides the same service and is older or comes first by"
                                + " name, so this one is not used: remove one, or give it matches");
            } else if (resolved.isPresent()) {
                kept.add(resolved.get());
                unmatched = split.matched() ? unmatched : split.name();
            }
        }
        return kept;
    }

    private Optional<TrafficSplit> resolve(Parsed.Split split, Report report) {
        List<HttpMatch> matches = new MatchResolver(objects, report).matches(split.matches());
        Service root = services.get(split.root());
        if (root == null) {
            report.warning(
                    Cause.DANGLING_REFERENCE,
                    "spec.service",
                    "Service "
                            + split.root()
                            + " does not exist, so nothing is divided: create it");
            return Optional.empty();
        }
        if (split.matched() && matches.isEmpty()) {
            report.warning(
                    Cause.NO_EFFECT,
                    "spec.matches",
                    "refer to no match that exists, so nothing is divided: mend them, or remove"
                            + " them to divide every request");
            return Optional.empty();
        }
        if (split.backends().stream().allMatch(leaf -> leaf.weight() == 0)) {
            report.warning(
                    Cause.NO_EFFECT,
                    "spec.backends",
                    "have only weights of 0, so nothing is divided and requests go to the service"
                            + " itself: give one a weight above 0");
            return Optional.empty();
        }
        List<Backend> backends = new ArrayList<>();
        for (Parsed.Leaf leaf : split.backends()) {
            if (usable(leaf, root, report)) {
                backends.add(new Backend(leaf.service(), leaf.weight()));
            }
        }
        if (backends.stream().allMatch(b -> b.weight() == 0)) {
            report.warning(
                    Cause.NO_EFFECT,
                    "spec.backends",
                    "have no weight left without those that cannot be used, so requests go to the"
                            + " service itself: mend them");
            return Optional.empty();
        }
        return Optional.of(new TrafficSplit(split.name(), split.root(), matches, backends));
    }

    private boolean usable(Parsed.Leaf leaf, Service root, Report report) {
        Service service = services.get(leaf.service());
        if (service == null) {
            report.warning(
                    Cause.MISSING_BACKEND,
                    leaf.path(),
                    "Service " + leaf.service() + " does not exist and gets no traffic: create it");
            return false;
        }
        if (leaf.service().equals(root.name())) {
            report.warning(
                    leaf.path(),
                    "is the divided service itself and means its own endpoints: name another"
                            + " service if that is not meant");
            return true;
        }
        if (isRoot.test(leaf.service())) {
            report.warning(
                    Cause.NO_EFFECT,
                    leaf.path(),
                    "Service "
                            + leaf.service()
                            + " has a TrafficSplit of its own, which is not applied to this share:"
                            + " name its backends here instead");
        }
        return sharesPorts(leaf, root, service, report);
    }

    private static boolean sharesPorts(
            Parsed.Leaf leaf, Service root, Service service, Report report) {
        List<Integer> missing =
                root.ports().stream()
                        .map(ServicePort::port)
                        .filter(port -> service.port(port).isEmpty())
                        .toList();
        if (!missing.isEmpty()) {
            report.warning(
                    Cause.PORT_MISMATCH,
                    leaf.path(),
                    "Service "
                            + leaf.service()
                            + " lacks port "
                            + missing.getFirst()
                            + (missing.size() > 1 ? " and others" : "")
                            + " of "
                            + root.name()
                            + " and gets no traffic there: add the port to it");
        }
        return missing.size() < root.ports().size();
    }
}
