package io.peakmesh.xds.translator.destination;

import io.peakmesh.model.Protocol;
import io.peakmesh.model.Workload;
import io.peakmesh.model.WorkloadPort;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** The ports on which a workload's app takes TCP, each number once. */
public final class AppPorts {
    private AppPorts() {}

    /** Sorted by number; of two declarations of one number the first counts. */
    public static List<WorkloadPort> of(Workload workload) {
        TreeMap<Integer, WorkloadPort> byNumber = new TreeMap<>();
        for (WorkloadPort port : workload.ports()) {
            if (port.protocol() != Protocol.UDP) {
                byNumber.putIfAbsent(port.port(), port);
            }
        }
        return List.copyOf(byNumber.values());
    }

    public static Optional<WorkloadPort> of(Workload workload, int number) {
        return of(workload).stream().filter(p -> p.port() == number).findFirst();
    }
}
