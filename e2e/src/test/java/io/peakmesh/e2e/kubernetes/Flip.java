package io.peakmesh.e2e.kubernetes;

import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * One change of a pod's readiness, and when those who wait for it had it. Any thread may say that
 * somebody has it; moments are of {@link System#nanoTime}.
 */
final class Flip {
    private static final String SERVICE_LABEL = "kubernetes.io/service-name";
    private static final double NANOS_PER_MILLI = 1e6;

    private final String service;
    private final String cluster;
    private final String ip;
    private final boolean ready;
    private final Set<Integer> proxies;
    private final Map<Integer, Long> had = new ConcurrentHashMap<>();
    private final CountDownLatch waiting;
    private volatile long watched;

    /**
     * @param cluster the service's, as proxies call it
     * @param proxies the numbers of those that use the service
     */
    Flip(String service, String cluster, String ip, boolean ready, Set<Integer> proxies) {
        this.service = service;
        this.cluster = cluster;
        this.ip = ip;
        this.ready = ready;
        this.proxies = Set.copyOf(proxies);
        this.waiting = new CountDownLatch(1 + proxies.size());
    }

    /** A bare client has a slice. */
    void sliceCame(EndpointSlice slice, long now) {
        if (watched == 0
                && service.equals(slice.getMetadata().getLabels().get(SERVICE_LABEL))
                && readyIn(slice) == ready) {
            watched = now;
            waiting.countDown();
        }
    }

    private boolean readyIn(EndpointSlice slice) {
        return slice.getEndpoints() != null
                && slice.getEndpoints().stream()
                        .filter(endpoint -> endpoint.getAddresses().contains(ip))
                        .anyMatch(endpoint ->
                                Objects.equals(endpoint.getConditions().getReady(), true));
    }

    /** A proxy has a service's endpoints. */
    void endpointsCame(int proxy, ClusterLoadAssignment endpoints, long now) {
        if (proxies.contains(proxy)
                && cluster.equals(endpoints.getClusterName())
                && in(endpoints) == ready
                && had.putIfAbsent(proxy, now) == null) {
            waiting.countDown();
        }
    }

    private boolean in(ClusterLoadAssignment endpoints) {
        return endpoints.getEndpointsList().stream()
                .flatMap(locality -> locality.getLbEndpointsList().stream())
                .anyMatch(host ->
                        host.getEndpoint().getAddress().getSocketAddress().getAddress().equals(ip));
    }

    /**
     * Waits until everybody has it; throws IllegalStateException, with who lacks it, if that takes
     * longer than {@code limit}.
     *
     * @param sent just before it was sent
     */
    Latency await(long sent, Duration limit) throws InterruptedException {
        if (!waiting.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException(
                    "%s of %s, ready %s: the bare client %s, proxies %s of %s have it"
                            .formatted(
                                    ip,
                                    service,
                                    ready,
                                    watched == 0 ? "lacks it" : "has it",
                                    had.keySet(),
                                    proxies));
        }
        long last = had.values().stream().mapToLong(Long::longValue).max().orElse(sent);
        return new Latency(
                (watched - sent) / NANOS_PER_MILLI,
                (last - sent) / NANOS_PER_MILLI,
                (last - watched) / NANOS_PER_MILLI);
    }

    /**
     * How long a change took, in milliseconds.
     *
     * @param watch from the patch to the bare client
     * @param proxies from the patch to the last interested proxy
     * @param behind from the bare client to the last interested proxy
     */
    record Latency(double watch, double proxies, double behind) {}
}
