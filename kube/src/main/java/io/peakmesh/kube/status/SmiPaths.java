package io.peakmesh.kube.status;

import io.peakmesh.smi.object.ObjectKey;
import java.util.Map;
import java.util.Optional;

/** Where the API server has an SMI object. */
final class SmiPaths {
    private static final Map<String, String> PLURALS =
            Map.of(
                    "TrafficTarget", "traffictargets",
                    "IdentityBinding", "identitybindings",
                    "HTTPRouteGroup", "httproutegroups",
                    "TCPRoute", "tcproutes",
                    "UDPRoute", "udproutes",
                    "TrafficSplit", "trafficsplits");

    private SmiPaths() {}

    /** The path of its status; empty if it is of no SMI kind or not in a namespace. */
    static Optional<String> status(ObjectKey key, String apiVersion) {
        String plural = PLURALS.getOrDefault(key.kind(), "");
        if (plural.isEmpty() || key.namespace().isEmpty() || !apiVersion.contains("/")) {
            return Optional.empty();
        }
        return Optional.of(
                "/apis/%s/namespaces/%s/%s/%s/status"
                        .formatted(apiVersion, key.namespace(), plural, key.name()));
    }
}
