package io.peakmesh.xds.server;

import io.peakmesh.model.WorkloadName;
import io.peakmesh.xds.server.delta.Proxies.Quarantined;
import io.peakmesh.xds.server.delta.ProxyView;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A server at one moment.
 *
 * @param proxies the live delta streams
 * @param rejected versions of resources that proxies refused
 */
public record ServerStatus(
        SortedMap<WorkloadName, ProxyView> proxies, List<Quarantined> rejected, Counters counters) {
    public ServerStatus {
        proxies = Collections.unmodifiableSortedMap(new TreeMap<>(proxies));
        rejected = List.copyOf(rejected);
    }

    /** The live stream of one workload's proxy. */
    public Optional<ProxyView> proxy(WorkloadName workload) {
        return Optional.ofNullable(proxies.get(workload));
    }

    /**
     * Totals since the start, but for the first and for {@code resourcesHeld}, which are of now.
     *
     * @param streams live delta streams
     * @param refused calls that were not let in
     * @param responses sent
     * @param resourcesSent each once for every stream
     * @param bytesSent of resources, without framing
     * @param resourcesHeld in the graph, each once
     * @param translations made
     * @param failedTranslations that threw
     */
    public record Counters(
            int streams,
            long refused,
            long responses,
            long resourcesSent,
            long bytesSent,
            long acks,
            long nacks,
            int resourcesHeld,
            long translations,
            long failedTranslations) {}
}
