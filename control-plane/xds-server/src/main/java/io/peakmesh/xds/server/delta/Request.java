package io.peakmesh.xds.server.delta;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What matters of one {@code DeltaDiscoveryRequest}.
 *
 * @param node only looked at in a stream's first request
 * @param error the text of a NACK; empty in an ACK
 * @param nonce of the response that this answers; empty if it answers none
 */
public record Request(
        Optional<Node> node,
        String typeUrl,
        List<String> subscribe,
        List<String> unsubscribe,
        Map<String, String> initialVersions,
        String nonce,
        Optional<String> error) {
    public Request {
        subscribe = List.copyOf(subscribe);
        unsubscribe = List.copyOf(unsubscribe);
        initialVersions = Map.copyOf(initialVersions);
    }

    /**
     * What is kept of the node that a proxy says it is: a claim, not an identity.
     *
     * @param build Envoy's version, for example {@code 1.40.0}; empty if not given
     * @param module the marker of its Peak-EWMA module, {@code none} if it says that it has none,
     *     empty if it says nothing
     * @param moduleNote why it has none, if it says so
     */
    public record Node(
            String id,
            String cluster,
            String zone,
            String build,
            String module,
            String moduleNote) {}
}
