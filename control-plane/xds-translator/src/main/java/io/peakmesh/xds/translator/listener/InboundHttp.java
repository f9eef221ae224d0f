package io.peakmesh.xds.translator.listener;

import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.ForwardClientCertDetails;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.PathWithEscapedSlashesAction;
import io.peakmesh.model.Workload;
import io.peakmesh.xds.translator.authz.AccessPolicy;
import io.peakmesh.xds.translator.authz.RbacRules;
import io.peakmesh.xds.translator.name.ClusterName;
import io.peakmesh.xds.translator.route.InboundRoutes;
import io.peakmesh.xds.translator.wire.Wire;
import java.util.Optional;

/** Requests to the app: who sent them, whether they may come in, and on to the app's port. */
final class InboundHttp {
    /** A peer's certificate is checked again after about this long. */
    private static final int MAX_CONNECTION_SECONDS = 3600;

    private final Workload workload;
    private final AccessPolicy policy;

    InboundHttp(Workload workload, AccessPolicy policy) {
        this.workload = workload;
        this.policy = policy;
    }

    /** The app reads the peer's verified identity in {@code x-forwarded-client-cert}. */
    Filter fromPeers(int port) {
        HttpConnectionManager.Builder hcm =
                base(port)
                        .setLocalReplyConfig(LocalReplies.toPeers(workload, port))
                        .setForwardClientCertDetails(ForwardClientCertDetails.SANITIZE_SET);
        hcm.getSetCurrentClientCertDetailsBuilder().setUri(true);
        hcm.getRdsBuilder()
                .setRouteConfigName(new ClusterName.Inbound(port).text())
                .setConfigSource(Wire.ads());
        return HttpConnections.filter(hcm.build());
    }

    /** Rules and routes are inline, for whether there is such a chain at all depends on policy. */
    Filter fromUnmeshed(int port) {
        Optional<RbacRules> rules =
                policy.admitsUnmeshed() ? Optional.empty() : Optional.of(policy.unmeshedHttp(port));
        return HttpConnections.filter(
                base(port)
                        .setLocalReplyConfig(LocalReplies.toUnmeshed(workload, port))
                        .setForwardClientCertDetails(ForwardClientCertDetails.SANITIZE)
                        .setRouteConfig(InboundRoutes.toApp(new ClusterName.Inbound(port), rules))
                        .build());
    }

    private HttpConnectionManager.Builder base(int port) {
        return HttpConnections.inbound("inbound_" + port, maxConnectionSeconds())
                .setPathWithEscapedSlashesAction(escapedSlashes())
                .addHttpFilters(RbacRules.byRoute())
                .addHttpFilters(HttpConnections.router());
    }

    /**
     * A path that the app may read in another way than the policy did is refused; where no policy
     * reads it, it is left as it is, for there are APIs that need it.
     */
    private PathWithEscapedSlashesAction escapedSlashes() {
        return policy.enforcing()
                ? PathWithEscapedSlashesAction.REJECT_REQUEST
                : PathWithEscapedSlashesAction.KEEP_UNCHANGED;
    }

    /** Spread by a tenth either way over the workloads, so that not all peers come back at once. */
    private int maxConnectionSeconds() {
        int spread = MAX_CONNECTION_SECONDS / 5;
        return MAX_CONNECTION_SECONDS
                - spread / 2
                + Math.floorMod(workload.name().toString().hashCode(), spread);
    }
}
