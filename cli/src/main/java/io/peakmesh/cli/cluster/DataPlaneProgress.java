package io.peakmesh.cli.cluster;

import io.peakmesh.model.Mesh;
import io.peakmesh.model.ServiceAccountName;
import io.peakmesh.model.ServiceName;
import io.peakmesh.model.WorkloadName;
import io.peakmesh.smi.status.Judgement;
import io.peakmesh.smi.status.Programmed;
import io.peakmesh.xds.server.Programming;
import io.peakmesh.xds.server.Programming.Progress;
import io.peakmesh.xds.server.XdsServer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * How many of this replica's proxies have what follows from an SMI object: of a TrafficSplit those
 * that call its service, of a TrafficTarget those of its destination's workloads.
 */
record DataPlaneProgress(XdsServer server, Supplier<Mesh> mesh) implements StatusLoop.Progress {
    static final int REFUSALS = 10;

    @Override
    public long changes() {
        return server.changes();
    }

    @Override
    public Function<Judgement, Programmed> of(List<Judgement> asked) {
        Set<ServiceName> services = new HashSet<>();
        Set<ServiceAccountName> accounts = new HashSet<>();
        for (Judgement judgement : asked) {
            services.addAll(judgement.services());
            accounts.addAll(judgement.accounts());
        }
        Map<ServiceAccountName, Set<WorkloadName>> workloads = workloads(accounts);
        Set<WorkloadName> all = new HashSet<>();
        workloads.values().forEach(all::addAll);
        Programming programming = server.programming(services, all);
        return judgement -> of(judgement, programming, workloads);
    }

    private Map<ServiceAccountName, Set<WorkloadName>> workloads(Set<ServiceAccountName> accounts) {
        Map<ServiceAccountName, Set<WorkloadName>> workloads = new HashMap<>();
        if (!accounts.isEmpty()) {
            mesh.get().workloads().values().stream()
                    .filter(w -> w.proxy().meshed() && accounts.contains(w.serviceAccount()))
                    .forEach(w ->
                            workloads
                                    .computeIfAbsent(w.serviceAccount(), a -> new TreeSet<>())
                                    .add(w.name()));
        }
        return workloads;
    }

    private static Programmed of(
            Judgement judgement,
            Programming programming,
            Map<ServiceAccountName, Set<WorkloadName>> workloads) {
        List<Progress> parts = new ArrayList<>();
        for (ServiceName service : judgement.services()) {
            Progress part = programming.services().get(service);
            if (part != null) {
                parts.add(part);
            }
        }
        for (ServiceAccountName account : judgement.accounts()) {
            for (WorkloadName workload : workloads.getOrDefault(account, Set.of())) {
                Progress part = programming.workloads().get(workload);
                if (part != null) {
                    parts.add(part);
                }
            }
        }
        return new Programmed(
                parts.stream().mapToInt(Progress::proxies).sum(),
                parts.stream().mapToInt(Progress::current).sum(),
                parts.stream()
                        .flatMap(part -> part.refusals().stream())
                        .map(refusal -> refusal.proxy() + ": " + refusal.text())
                        .distinct()
                        .limit(REFUSALS)
                        .toList());
    }
}
