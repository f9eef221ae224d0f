package io.peakmesh.smi.discovery;

import io.peakmesh.model.Endpoints;
import io.peakmesh.model.Invalid;
import io.peakmesh.model.Protocol;
import io.peakmesh.model.WorkloadName;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What stands behind one service, and what that says of the workloads there.
 *
 * @param endpoints empty when there are none
 */
record Backing(
        Optional<Endpoints> endpoints,
        SortedMap<WorkloadName, Targeted> targeted,
        List<Invalid> problems) {
    static final Backing NONE = new Backing(Optional.empty(), new TreeMap<>(), List.of());

    /**
     * What a service says of a workload that it names.
     *
     * @param ports target port → the protocols of the service ports that lead there
     * @param zone from the endpoint, empty when it does not say
     */
    record Targeted(SortedMap<Integer, SortedSet<Protocol>> ports, String zone) {
        static Targeted nothing() {
            return new Targeted(new TreeMap<>(), "");
        }

        Targeted with(int port, Protocol protocol, String itsZone) {
            ports.computeIfAbsent(port, p -> new TreeSet<>()).add(protocol);
            // Of two zones, which only a mistake gives, the lesser: the same in any order.
            boolean take = !itsZone.isEmpty() && (zone.isEmpty() || itsZone.compareTo(zone) < 0);
            return take ? new Targeted(ports, itsZone) : this;
        }
    }
}
