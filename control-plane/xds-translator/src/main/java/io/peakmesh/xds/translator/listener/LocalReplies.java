package io.peakmesh.xds.translator.listener;

import io.envoyproxy.envoy.config.accesslog.v3.AccessLogFilter;
import io.envoyproxy.envoy.config.accesslog.v3.ComparisonFilter;
import io.envoyproxy.envoy.config.accesslog.v3.ResponseFlagFilter;
import io.envoyproxy.envoy.config.accesslog.v3.StatusCodeFilter;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.RuntimeUInt32;
import io.envoyproxy.envoy.config.core.v3.SubstitutionFormatString;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.LocalReplyConfig;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.ResponseMapper;
import io.peakmesh.model.Workload;
import io.peakmesh.xds.translator.name.ResourceNames;

/** What a caller reads when the proxy answers in the app's place: who refused, what, and why. */
final class LocalReplies {
    private LocalReplies() {}

    static LocalReplyConfig outbound() {
        return LocalReplyConfig.newBuilder()
                .addMappers(
                        mapper(
                                flags("NC"),
                                "%REQ(:AUTHORITY)% is no service of the mesh and no address or"
                                        + " DNS name that can be called"))
                .addMappers(mapper(flags("UH"), "nothing is ready to answer for %REQ(:AUTHORITY)%"))
                .addMappers(
                        mapper(
                                flags("UF"),
                                "could not connect to %REQ(:AUTHORITY)% at"
                                        + " %UPSTREAM_HOST%:"
                                        + " %UPSTREAM_TRANSPORT_FAILURE_REASON%"))
                .addMappers(
                        mapper(
                                flags("UC"),
                                "%REQ(:AUTHORITY)% at %UPSTREAM_HOST% closed the"
                                        + " connection before it answered"))
                .build();
    }

    /** To callers that have proved who they are. */
    static LocalReplyConfig toPeers(Workload workload, int port) {
        return inbound("%DOWNSTREAM_PEER_URI_SAN%", workload, port);
    }

    static LocalReplyConfig toUnmeshed(Workload workload, int port) {
        String caller = "a caller without an identity (%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%)";
        return inbound(caller, workload, port);
    }

    /** 403 is what policy answers; the app's own 403 does not pass through here. */
    private static LocalReplyConfig inbound(String caller, Workload workload, int port) {
        String at = workload.name() + ":" + port;
        ResponseMapper.Builder notConnected =
                mapper(flags("UF"), "the app at " + at + " does not take connections").toBuilder();
        notConnected
                .addHeadersToAddBuilder()
                .getHeaderBuilder()
                .setKey(ResourceNames.UNSENT_HEADER)
                .setValue("1");
        return LocalReplyConfig.newBuilder()
                .addMappers(
                        mapper(
                                status(403),
                                "denied by policy: no TrafficTarget lets "
                                        + caller
                                        + " call %REQ(:METHOD)% %REQ(:PATH)% at "
                                        + at
                                        + " (service account "
                                        + workload.serviceAccount()
                                        + "); add one, or see: mesh diagnostics policy "
                                        + workload.name()))
                .addMappers(notConnected)
                .addMappers(
                        mapper(
                                flags("UC"),
                                "the app at " + at + " closed the connection before it answered"))
                .build();
    }

    private static ResponseMapper mapper(AccessLogFilter filter, String body) {
        return ResponseMapper.newBuilder()
                .setFilter(filter)
                .setBodyFormatOverride(
                        SubstitutionFormatString.newBuilder()
                                .setTextFormatSource(
                                        DataSource.newBuilder()
                                                .setInlineString("peakmesh: " + body + "\n"))
                                .setContentType("text/plain"))
                .build();
    }

    private static AccessLogFilter flags(String flag) {
        return AccessLogFilter.newBuilder()
                .setResponseFlagFilter(ResponseFlagFilter.newBuilder().addFlags(flag))
                .build();
    }

    private static AccessLogFilter status(int code) {
        return AccessLogFilter.newBuilder()
                .setStatusCodeFilter(
                        StatusCodeFilter.newBuilder()
                                .setComparison(
                                        ComparisonFilter.newBuilder()
                                                .setOp(ComparisonFilter.Op.EQ)
                                                .setValue(
                                                        RuntimeUInt32.newBuilder()
                                                                .setDefaultValue(code)
                                                                .setRuntimeKey(
                                                                        "peakmesh.denied_status"))))
                .build();
    }
}
