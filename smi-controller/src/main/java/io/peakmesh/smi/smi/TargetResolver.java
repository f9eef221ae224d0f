package io.peakmesh.smi.smi;

import io.peakmesh.model.Grant;
import io.peakmesh.model.HttpMatch;
import io.peakmesh.model.Invalid.Cause;
import io.peakmesh.model.Ports;
import io.peakmesh.model.TrafficTarget;
import io.peakmesh.smi.object.ObjectKey;
import io.peakmesh.smi.object.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Resolves the rules of a TrafficTarget (SMI access v1alpha3). HTTPRouteGroups allow HTTP requests;
 * TCPRoutes beside them narrow them to their ports, and only without any HTTPRouteGroup do they
 * allow all bytes there. Whatever dangles allows nothing, and never widens what stands beside it.
 */
final class TargetResolver {
    private final Parsed.Target target;
    private final Map<ObjectKey, Parsed> objects;
    private final Report report;
    private final MatchResolver matchResolver;

    private TargetResolver(Parsed.Target target, Map<ObjectKey, Parsed> objects, Report report) {
        this.target = target;
        this.objects = objects;
        this.report = report;
        this.matchResolver = new MatchResolver(objects, report);
    }

    static TrafficTarget resolve(
            Parsed.Target target, Map<ObjectKey, Parsed> objects, Report report) {
        TargetResolver resolver = new TargetResolver(target, objects, report);
        return new TrafficTarget(
                target.name(), target.destination(), target.sources(), resolver.grants());
    }

    private List<Grant> grants() {
        List<Parsed.Reference> http = rules(Versions.GROUP);
        List<Parsed.Reference> tcp = rules(Versions.TCP);
        List<Grant> grants = new ArrayList<>();
        // Ports is never built from an intersection that is empty: that would mean every port.
        Optional<Ports> tcpPorts = tcp.isEmpty() ? Optional.of(Ports.ALL) : union(tcp);
        if (!http.isEmpty()) {
            List<HttpMatch> matches = matchResolver.matches(http);
            if (!matches.isEmpty()) {
                narrowed(tcpPorts).ifPresent(p -> grants.add(new Grant.Http(matches, p)));
            }
        } else if (!tcp.isEmpty()) {
            narrowed(tcpPorts).ifPresent(p -> grants.add(new Grant.Tcp(p)));
        }
        narrowed(union(rules(Versions.UDP))).ifPresent(p -> grants.add(new Grant.Udp(p)));
        return grants;
    }

    private List<Parsed.Reference> rules(String kind) {
        return target.rules().stream().filter(r -> r.route().kind().equals(kind)).toList();
    }

    /** The ports of all these routes together; empty where none of them can be found. */
    private Optional<Ports> union(List<Parsed.Reference> references) {
        List<Ports> found = new ArrayList<>();
        for (Parsed.Reference reference : references) {
            if (objects.get(reference.route()) instanceof Parsed.PortRoute route) {
                List<String> wanted = reference.matches();
                if (wanted.isEmpty() || wanted.contains(route.match())) {
                    found.add(route.ports());
                } else {
                    matchResolver.unknownMatch(reference, wanted.getFirst());
                }
            } else {
                matchResolver.dangling(reference);
            }
        }
        if (found.isEmpty()) {
            return Optional.empty();
        }
        TreeSet<Integer> numbers = new TreeSet<>();
        found.forEach(ports -> numbers.addAll(ports.numbers()));
        return Optional.of(found.stream().anyMatch(Ports::all) ? Ports.ALL : new Ports(numbers));
    }

    /** What is left of the ports on {@code destination.port}, where the target has one. */
    private Optional<Ports> narrowed(Optional<Ports> ports) {
        if (ports.isEmpty() || target.port().isEmpty()) {
            return ports;
        }
        int port = target.port().get();
        if (!ports.get().contains(port)) {
            report.warning(
                    Cause.NO_EFFECT,
                    "destination.port",
                    port
                            + " is none of the ports of its routes, so nothing is allowed: remove it,"
                            + " or add it to a route");
            return Optional.empty();
        }
        return Optional.of(new Ports(new TreeSet<>(List.of(port))));
    }
}
