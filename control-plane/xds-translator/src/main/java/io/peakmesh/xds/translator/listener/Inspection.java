package io.peakmesh.xds.translator.listener;

import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.listener.v3.ListenerFilter;
import io.envoyproxy.envoy.config.listener.v3.ListenerFilterChainMatchPredicate;
import io.envoyproxy.envoy.extensions.filters.listener.http_inspector.v3.HttpInspector;
import io.envoyproxy.envoy.extensions.filters.listener.original_dst.v3.OriginalDst;
import io.envoyproxy.envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector;
import io.envoyproxy.envoy.type.v3.Int32Range;
import io.peakmesh.xds.translator.wire.Wire;
import java.util.List;

/** What is learnt of a connection before a filter chain is chosen for it. */
final class Inspection {
    /**
     * Ports whose protocols let the server speak first, or are never HTTP: SMTP, MySQL with its
     * Galera companions, PostgreSQL, Redis, Elasticsearch transport, Memcached. Nothing is awaited
     * from their clients. A list that knew every opaque port of the mesh would grow with the mesh;
     * on other ports a silent client is taken as TCP after {@link #WAIT_SECONDS}.
     */
    static final List<Integer> OPAQUE_PORTS =
            List.of(25, 587, 3306, 4444, 4567, 4568, 5432, 6379, 9300, 11211);

    /**
     * As long as Linkerd waits. An app that is starved of CPU while it starts is silent for seconds
     * between its connection and its first request; taken as TCP then, its HTTP would go by no
     * route and no split for as long as it keeps that connection.
     */
    static final int WAIT_SECONDS = 10;

    private Inspection() {}

    /** For the app's own connections, redirected. */
    static void ofOutbound(Listener.Builder listener) {
        originalDestination(listener);
        listener.addListenerFilters(
                filter("http_inspector", HttpInspector.getDefaultInstance())
                        .setFilterDisabled(onOpaquePorts()));
        goOnAfterAWhile(listener);
    }

    /** For what comes to the app, redirected: peers and others on the same ports. */
    static void ofInbound(Listener.Builder listener) {
        originalDestination(listener);
        tls(listener);
        listener.addListenerFilters(
                filter("http_inspector", HttpInspector.getDefaultInstance())
                        .setFilterDisabled(onOpaquePorts()));
        goOnAfterAWhile(listener);
    }

    /** For peers only. */
    static void tls(Listener.Builder listener) {
        listener.addListenerFilters(filter("tls_inspector", TlsInspector.getDefaultInstance()));
    }

    private static void originalDestination(Listener.Builder listener) {
        listener.addListenerFilters(filter("original_dst", OriginalDst.getDefaultInstance()));
    }

    private static void goOnAfterAWhile(Listener.Builder listener) {
        listener.setListenerFiltersTimeout(Wire.seconds(WAIT_SECONDS))
                .setContinueOnListenerFiltersTimeout(true);
    }

    private static ListenerFilterChainMatchPredicate onOpaquePorts() {
        var any = ListenerFilterChainMatchPredicate.MatchSet.newBuilder();
        for (int port : OPAQUE_PORTS) {
            any.addRulesBuilder()
                    .setDestinationPortRange(
                            Int32Range.newBuilder().setStart(port).setEnd(port + 1));
        }
        return ListenerFilterChainMatchPredicate.newBuilder().setOrMatch(any).build();
    }

    private static ListenerFilter.Builder filter(String name, Message config) {
        return ListenerFilter.newBuilder()
                .setName("envoy.filters.listener." + name)
                .setTypedConfig(Wire.any(config));
    }
}
