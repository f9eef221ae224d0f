package io.peakmesh.xds.translator;

import com.github.xds.type.v3.TypedStruct;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.Struct;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.util.JsonFormat;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.extensions.clusters.dns.v3.DnsCluster;
import io.envoyproxy.envoy.extensions.filters.http.on_demand.v3.OnDemand;
import io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBACPerRoute;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.listener.http_inspector.v3.HttpInspector;
import io.envoyproxy.envoy.extensions.filters.listener.original_dst.v3.OriginalDst;
import io.envoyproxy.envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy;
import io.envoyproxy.envoy.extensions.load_balancing_policies.least_request.v3.LeastRequest;
import io.envoyproxy.envoy.extensions.load_balancing_policies.maglev.v3.Maglev;
import io.envoyproxy.envoy.extensions.load_balancing_policies.random.v3.Random;
import io.envoyproxy.envoy.extensions.load_balancing_policies.ring_hash.v3.RingHash;
import io.envoyproxy.envoy.extensions.load_balancing_policies.round_robin.v3.RoundRobin;
import io.envoyproxy.envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate;
import io.envoyproxy.envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions;
import io.peakmesh.xds.translator.module.ModuleConfig;
import java.util.List;

/** Envoy's messages as JSON, with the messages inside them opened. */
final class Anys {
    private static final List<Descriptor> INSIDE =
            List.of(
                    DnsCluster.getDescriptor(),
                    DownstreamTlsContext.getDescriptor(),
                    HttpConnectionManager.getDescriptor(),
                    HttpInspector.getDescriptor(),
                    HttpProtocolOptions.getDescriptor(),
                    LeastRequest.getDescriptor(),
                    Maglev.getDescriptor(),
                    RingHash.getDescriptor(),
                    Struct.getDescriptor(),
                    TypedStruct.getDescriptor(),
                    Listener.getDescriptor(),
                    OnDemand.getDescriptor(),
                    OriginalDst.getDescriptor(),
                    PreviousHostsPredicate.getDescriptor(),
                    Random.getDescriptor(),
                    RawBuffer.getDescriptor(),
                    RoundRobin.getDescriptor(),
                    Router.getDescriptor(),
                    Secret.getDescriptor(),
                    TcpProxy.getDescriptor(),
                    TlsInspector.getDescriptor(),
                    UpstreamTlsContext.getDescriptor(),
                    io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBAC.getDescriptor(),
                    RBACPerRoute.getDescriptor(),
                    io.envoyproxy.envoy.extensions.filters.network.rbac.v3.RBAC.getDescriptor(),
                    io.envoyproxy.envoy.extensions.filters.network.set_filter_state.v3.Config
                            .getDescriptor(),
                    io.envoyproxy.envoy.extensions.http.early_header_mutation.header_mutation.v3
                            .HeaderMutation.getDescriptor());

    private static final TypeRegistry TYPES =
            TypeRegistry.newBuilder().add(INSIDE).add(ModuleConfig.messages()).build();

    private Anys() {}

    static String json(MessageOrBuilder message) {
        try {
            return JsonFormat.printer().usingTypeRegistry(TYPES).print(message);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a message inside is not in the list above", e);
        }
    }

    static HttpConnectionManager connectionManager(Listener apiListener) {
        try {
            return apiListener
                    .getApiListener()
                    .getApiListener()
                    .unpack(HttpConnectionManager.class);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }
}
