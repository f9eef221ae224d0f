package io.peakmesh.xds.translator.listener;

import com.google.protobuf.BoolValue;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.common.mutation_rules.v3.HeaderMutation;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.Http1ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.Http2ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.HttpProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.extensions.filters.http.on_demand.v3.OnDemand;
import io.envoyproxy.envoy.extensions.filters.http.on_demand.v3.OnDemandCds;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.Rds;
import io.peakmesh.xds.translator.module.ModuleConfig;
import io.peakmesh.xds.translator.name.ResourceNames;
import io.peakmesh.xds.translator.wire.Wire;
import java.util.List;

/**
 * What all of a proxy's HTTP has in common: the app sees requests and responses as if no proxy were
 * there, and a stream may be as long and as silent as it likes.
 */
final class HttpConnections {
    /** How long a first call waits for the control plane to answer for its destination. */
    static final int ON_DEMAND_SECONDS = 5;

    private static final int IDLE_SECONDS = 3600;

    /** Orders to the proxy that a caller has no business giving: where to, how often, how long. */
    private static final List<String> FROM_OUTSIDE =
            List.of(
                    ResourceNames.DESTINATION_HEADER,
                    "x-envoy-hedge-on-per-try-timeout",
                    "x-envoy-max-retries",
                    "x-envoy-retry-grpc-on",
                    "x-envoy-retry-on",
                    "x-envoy-upstream-rq-per-try-timeout-ms",
                    "x-envoy-upstream-rq-timeout-ms");

    private HttpConnections() {}

    /**
     * For the app's own calls.
     *
     * @param destination format of the cluster that stands in for what is no service
     * @param peakEwma whether each attempt is reported to the Peak-EWMA module
     */
    static Filter outbound(String statPrefix, String destination, boolean peakEwma) {
        HttpConnectionManager.Builder hcm = transparent(statPrefix);
        hcm.setRds(
                        Rds.newBuilder()
                                .setRouteConfigName(ResourceNames.OUTBOUND_ROUTES)
                                .setConfigSource(Wire.ads()))
                .setCommonHttpProtocolOptions(
                        HttpProtocolOptions.newBuilder().setIdleTimeout(Wire.seconds(IDLE_SECONDS)))
                .addEarlyHeaderMutationExtensions(
                        early(
                                List.of(
                                        HeaderMutation.newBuilder()
                                                .setAppend(
                                                        HeaderValueOption.newBuilder()
                                                                .setHeader(
                                                                        HeaderValue.newBuilder()
                                                                                .setKey(
                                                                                        ResourceNames
                                                                                                .DESTINATION_HEADER)
                                                                                .setValue(
                                                                                        destination))
                                                                .setAppendAction(
                                                                        HeaderValueOption
                                                                                .HeaderAppendAction
                                                                                .OVERWRITE_IF_EXISTS_OR_ADD))
                                                .build())))
                .setLocalReplyConfig(LocalReplies.outbound())
                .addHttpFilters(onDemand())
                .addHttpFilters(peakEwma ? reportingRouter() : router());
        return filter(hcm.build());
    }

    /** A base for what comes to the app; routes and policy are the caller's. */
    static HttpConnectionManager.Builder inbound(String statPrefix, int maxConnectionSeconds) {
        HttpConnectionManager.Builder hcm = transparent(statPrefix);
        hcm.setCommonHttpProtocolOptions(
                        HttpProtocolOptions.newBuilder()
                                .setIdleTimeout(Wire.seconds(IDLE_SECONDS))
                                .setMaxConnectionDuration(Wire.seconds(maxConnectionSeconds)))
                .setNormalizePath(BoolValue.of(true))
                .setMergeSlashes(true)
                .addEarlyHeaderMutationExtensions(
                        early(FROM_OUTSIDE.stream().map(HttpConnections::removal).toList()));
        return hcm;
    }

    static HttpFilter router() {
        return httpFilter("router", Router.newBuilder().setSuppressEnvoyHeaders(true).build());
    }

    /**
     * Reports when an attempt ends, and while it lasts once a second, so that a long stream and an
     * endpoint that hangs are known before their end.
     */
    private static HttpFilter reportingRouter() {
        return httpFilter(
                "router",
                Router.newBuilder()
                        .setSuppressEnvoyHeaders(true)
                        .addUpstreamLog(ModuleConfig.upstreamLog())
                        .setUpstreamLogOptions(
                                Router.UpstreamAccessLogOptions.newBuilder()
                                        .setUpstreamLogFlushInterval(Wire.seconds(1)))
                        .build());
    }

    static Filter filter(HttpConnectionManager hcm) {
        return Filter.newBuilder()
                .setName("envoy.filters.network.http_connection_manager")
                .setTypedConfig(Wire.any(hcm))
                .build();
    }

    private static HttpConnectionManager.Builder transparent(String statPrefix) {
        return HttpConnectionManager.newBuilder()
                .setStatPrefix(statPrefix)
                .setCodecType(HttpConnectionManager.CodecType.AUTO)
                .setGenerateRequestId(BoolValue.of(false))
                .setSkipXffAppend(true)
                .setServerHeaderTransformation(
                        HttpConnectionManager.ServerHeaderTransformation.PASS_THROUGH)
                .setStreamIdleTimeout(Wire.seconds(0))
                .setHttpProtocolOptions(Http1ProtocolOptions.newBuilder().setAcceptHttp10(true))
                .setHttp2ProtocolOptions(
                        Http2ProtocolOptions.newBuilder()
                                .setMaxConcurrentStreams(Wire.uint32(1000))
                                .setInitialStreamWindowSize(Wire.uint32(256 * 1024))
                                .setInitialConnectionWindowSize(Wire.uint32(1024 * 1024)))
                .addUpgradeConfigs(
                        HttpConnectionManager.UpgradeConfig.newBuilder()
                                .setUpgradeType("websocket"));
    }

    private static HttpFilter onDemand() {
        return httpFilter(
                "on_demand",
                OnDemand.newBuilder()
                        .setOdcds(
                                OnDemandCds.newBuilder()
                                        .setSource(Wire.ads())
                                        .setTimeout(Wire.seconds(ON_DEMAND_SECONDS)))
                        .build());
    }

    private static HttpFilter httpFilter(String name, Message config) {
        return HttpFilter.newBuilder()
                .setName("envoy.filters.http." + name)
                .setTypedConfig(Wire.any(config))
                .build();
    }

    private static HeaderMutation removal(String header) {
        return HeaderMutation.newBuilder().setRemove(header).build();
    }

    private static TypedExtensionConfig early(List<HeaderMutation> changes) {
        var mutations =
                io.envoyproxy.envoy.extensions.http.early_header_mutation.header_mutation.v3
                        .HeaderMutation.newBuilder()
                        .addAllMutations(changes)
                        .build();
        return TypedExtensionConfig.newBuilder()
                .setName("envoy.http.early_header_mutation.header_mutation")
                .setTypedConfig(Wire.any(mutations))
                .build();
    }
}
