package io.peakmesh.xds.server.sotw;

import io.envoyproxy.controlplane.cache.ConfigWatcher;
import io.envoyproxy.controlplane.cache.DeltaResponse;
import io.envoyproxy.controlplane.cache.DeltaWatch;
import io.envoyproxy.controlplane.cache.DeltaXdsRequest;
import io.envoyproxy.controlplane.cache.Response;
import io.envoyproxy.controlplane.cache.Watch;
import io.envoyproxy.controlplane.cache.XdsRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.grpc.Status;
import io.peakmesh.xds.server.grpc.Admittance;
import io.peakmesh.xds.server.grpc.ControlLoop;
import io.peakmesh.xds.server.peer.Peer;
import io.peakmesh.xds.translator.Scope;
import io.peakmesh.xds.translator.XdsType;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One stream of a gRPC client: answers the library's questions from the graph. Questions come from
 * any thread, the work is done on the loop.
 */
final class GrpcStream implements ConfigWatcher {
    private final ControlLoop loop;
    private final Admittance admittance;
    private final Peer peer;
    private final int names;
    private final Map<XdsType, Waiting> waiting = new EnumMap<>(XdsType.class);
    private final Map<XdsType, Answer> answered = new EnumMap<>(XdsType.class);
    private Consumer<Status> onEnd = status -> {};
    private boolean nodeSeen;
    private boolean released;

    GrpcStream(ControlLoop loop, Admittance admittance, Peer peer, int names) {
        this.loop = loop;
        this.admittance = admittance;
        this.peer = peer;
        this.names = names;
    }

    Peer peer() {
        return peer;
    }

    void onEnd(Consumer<Status> end) {
        onEnd = end;
    }

    void end(Status status) {
        release();
        onEnd.accept(status);
    }

    void release() {
        released = true;
        waiting.values().forEach(Waiting::stop);
        waiting.clear();
    }

    @Override
    public Watch createWatch(
            boolean ads,
            XdsRequest request,
            Set<String> known,
            Consumer<Response> respond,
            boolean hasClusterChanged,
            boolean allowDefaultEmptyEdsUpdate) {
        DiscoveryRequest full = request.v3Request();
        // What is kept while nothing changes must be small: a node can be 61 KB.
        XdsRequest small = XdsRequest.create(full.toBuilder().clearNode().build());
        Watch watch = new Watch(ads, allowDefaultEmptyEdsUpdate, small, respond);
        Optional<String> node =
                full.hasNode() ? Optional.of(full.getNode().getId()) : Optional.empty();
        loop.execute(() -> watch(node, small.v3Request(), watch));
        return watch;
    }

    private void watch(Optional<String> node, DiscoveryRequest request, Watch watch) {
        Optional<XdsType> type = XdsType.ofUrl(request.getTypeUrl());
        if (released) {
            return;
        }
        if (node.isPresent() ? !node.get().equals(peer.workload().toString()) : !nodeSeen) {
            admittance.refused(
                    peer.workload().toString(), "claims a node id that its token does not prove");
            end(Status.PERMISSION_DENIED.withDescription("the node id"));
            return;
        }
        nodeSeen = true;
        if (type.isEmpty() || type.get() == XdsType.SECRET) {
            return;
        }
        List<String> wanted =
                request.getResourceNamesList().stream().distinct().sorted().limit(names).toList();
        Waiting before = waiting.remove(type.get());
        if (before != null) {
            before.stop();
        }
        Waiting next = new Waiting(this, type.get(), wanted, watch);
        waiting.put(type.get(), next);
        next.start();
        watch.setStop(() -> loop.execute(() -> stop(next)));
    }

    private void stop(Waiting gone) {
        gone.stop();
        waiting.remove(gone.type(), gone);
    }

    ControlLoop loop() {
        return loop;
    }

    Scope scope() {
        return new Scope.OfGrpcClient(peer.workload().namespace());
    }

    @Nullable Answer last(XdsType type) {
        return answered.get(type);
    }

    void answered(Waiting done, Answer answer) {
        answered.put(done.type(), answer);
        waiting.remove(done.type(), done);
    }

    /** What was last sent of one type: the names asked for, and the version of all together. */
    record Answer(List<String> names, String version) {}

    /** The delta protocol has its own service here. */
    @Override
    public DeltaWatch createDeltaWatch(
            DeltaXdsRequest request,
            String requesterVersion,
            Map<String, String> resourceVersions,
            Set<String> pendingResources,
            boolean isWildcard,
            Consumer<DeltaResponse> respond,
            boolean hasClusterChanged) {
        throw new UnsupportedOperationException("delta streams are not served here");
    }
}
