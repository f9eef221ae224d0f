package io.peakmesh.xds.server.delta;

import io.peakmesh.xds.server.peer.Peer;
import io.peakmesh.xds.translator.XdsType;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What one live stream looks like to people.
 *
 * @param node what the proxy says of itself; empty before its first request
 * @param balancer how it balances, and why not with Peak-EWMA
 */
public record ProxyView(
        Peer peer,
        Optional<Request.Node> node,
        Balancer balancer,
        Instant since,
        Map<XdsType, OfType> types) {
    public ProxyView {
        types = Map.copyOf(types);
    }

    /** Of a proxy that refused nothing: how it balances follows from its node. */
    public ProxyView(
            Peer peer, Optional<Request.Node> node, Instant since, Map<XdsType, OfType> types) {
        this(peer, node, node.map(Balancer::of).orElseGet(Balancer::unknown), since, types);
    }

    private static final OfType NOTHING = new OfType(0, Map.of(), Map.of(), 0, "", true);

    /** One type of it; nothing at all where the proxy did not ask for that type. */
    public OfType type(XdsType type) {
        return types.getOrDefault(type, NOTHING);
    }

    /**
     * One type of it.
     *
     * @param subscribed names on the stream
     * @param held name → version that the proxy has in force
     * @param rejected name → version that the proxy refused last, the held one staying in force
     * @param rejections NACKs on this stream
     * @param lastRejection the text of the last one, empty if none
     * @param settled whether every response was answered
     */
    public record OfType(
            int subscribed,
            Map<String, String> held,
            Map<String, String> rejected,
            long rejections,
            String lastRejection,
            boolean settled) {
        public OfType {
            held = Map.copyOf(held);
            rejected = Map.copyOf(rejected);
        }
    }
}
