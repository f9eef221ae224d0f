package io.peakmesh.xds.translator.route;

import io.envoyproxy.envoy.config.route.v3.RouteAction.HashPolicy;
import io.peakmesh.model.Balancing;
import io.peakmesh.model.Balancing.HashOn;
import io.peakmesh.xds.translator.lb.Balancers;
import io.peakmesh.xds.translator.wire.Wire;
import java.util.List;
import java.util.Optional;

/**
 * What of a request is hashed for a service whose endpoints are chosen by hash. A route can have
 * one such rule only, so where it leads to several services, the rule of the first in the list
 * counts: the one that was called, then its backends in their order.
 */
enum Hashing {
    BY_PROXY,
    BY_GRPC_CLIENT;

    /** The filter state of gRPC clients that tells one channel from another (gRFC A42). */
    private static final String CHANNEL = "io.grpc.channel_id";

    /** Empty where none of the services hashes. */
    Optional<HashPolicy> first(List<Balancing> services) {
        return services.stream().filter(Balancers::hashes).findFirst().map(this::of);
    }

    private HashPolicy of(Balancing balancing) {
        return switch (balancing.hashOn().orElse(new HashOn.SourceAddress())) {
            case HashOn.Header(String name) ->
                    HashPolicy.newBuilder()
                            .setHeader(HashPolicy.Header.newBuilder().setHeaderName(name))
                            .build();
            case HashOn.Cookie(String name) -> this == BY_PROXY ? cookie(name) : channel();
            case HashOn.SourceAddress() -> this == BY_PROXY ? sourceAddress() : channel();
        };
    }

    /** A caller without the cookie is given one, which it keeps until it ends its session. */
    private static HashPolicy cookie(String name) {
        return HashPolicy.newBuilder()
                .setCookie(
                        HashPolicy.Cookie.newBuilder()
                                .setName(name)
                                .setPath("/")
                                .setTtl(Wire.seconds(0)))
                .build();
    }

    static HashPolicy sourceAddress() {
        return HashPolicy.newBuilder()
                .setConnectionProperties(
                        HashPolicy.ConnectionProperties.newBuilder().setSourceIp(true))
                .build();
    }

    private static HashPolicy channel() {
        return HashPolicy.newBuilder()
                .setFilterState(HashPolicy.FilterState.newBuilder().setKey(CHANNEL))
                .build();
    }
}
