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

/** What a caller reads when the proxy answers in the app's place: who refused, what, and why. */
final class LocalReplies {
    private LocalReplies() {}

    static LocalReplyConfig outbound() {
        return LocalReplyConfig.newBuilder()
                .addMappers(
                        mapper(
                                flags("NC"),
                                "peakmesh: %REQ(:AUTHORITY)% is no service of the mesh and no"
                                        + " address or DNS name that can be called"))
                .addMappers(
                        mapper(
                                flags("UH"),
                                "peakmesh: nothing is ready to answer for %REQ(:AUTHORITY)%"))
                .addMappers(
                        mapper(
                                flags("UF"),
                                "peakmesh: could not connect to %REQ(:AUTHORITY)% at"
                                        + " %UPSTREAM_REMOTE_ADDRESS%:"
                                        + " %UPSTREAM_TRANSPORT_FAILURE_REASON%"))
                .build();
    }

    /** 403 is what policy answers; the app's own 403 does not pass through here. */
    static LocalReplyConfig inbound(Workload workload, int port) {
        String at = workload.name() + ":" + port;
        return LocalReplyConfig.newBuilder()
                .addMappers(
                        mapper(
                                status(403),
                                "peakmesh: denied by policy: no TrafficTarget lets"
                                        + " %DOWNSTREAM_PEER_URI_SAN% call %REQ(:METHOD)%"
                                        + " %REQ(:PATH)% at "
                                        + at
                                        + " (service account "
                                        + workload.serviceAccount()
                                        + "); add one, or see: mesh diagnostics policy "
                                        + workload.name()))
                .addMappers(
                        mapper(
                                flags("UF"),
                                "peakmesh: the app at " + at + " does not take connections"))
                .build();
    }

    private static ResponseMapper mapper(AccessLogFilter filter, String body) {
        return ResponseMapper.newBuilder()
                .setFilter(filter)
                .setBodyFormatOverride(
                        SubstitutionFormatString.newBuilder()
                                .setTextFormatSource(
                                        DataSource.newBuilder().setInlineString(body + "\n"))
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
