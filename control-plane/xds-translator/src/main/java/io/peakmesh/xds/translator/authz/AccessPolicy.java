package io.peakmesh.xds.translator.authz;

import io.envoyproxy.envoy.config.rbac.v3.Permission;
import io.envoyproxy.envoy.config.rbac.v3.Policy;
import io.envoyproxy.envoy.config.rbac.v3.Principal;
import io.envoyproxy.envoy.config.rbac.v3.RBAC;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.peakmesh.model.Grant;
import io.peakmesh.model.Namespace;
import io.peakmesh.model.Settings;
import io.peakmesh.model.Source;
import io.peakmesh.model.TrafficTarget;
import io.peakmesh.model.Workload;
import io.peakmesh.xds.translator.MeshView;
import io.peakmesh.xds.translator.wire.Wire;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What TrafficTargets let callers do at one workload. Nothing is allowed but by a target; a TCP
 * grant opens the port to everything, HTTP included; an HTTP grant opens no TCP connection.
 */
public final class AccessPolicy {
    private final Settings settings;
    private final Namespace namespace;
    private final List<TrafficTarget> targets;

    private AccessPolicy(Settings settings, Namespace namespace, List<TrafficTarget> targets) {
        this.settings = settings;
        this.namespace = namespace;
        this.targets = targets;
    }

    public static AccessPolicy at(Workload workload, MeshView mesh) {
        return new AccessPolicy(
                mesh.settings(),
                mesh.namespace(workload.name().namespace()),
                mesh.targets(workload.serviceAccount()));
    }

    public boolean enforcing() {
        return namespace.access() == Namespace.Access.ENFORCING;
    }

    /** Whether callers without an identity are let in without a target that says so. */
    public boolean admitsUnmeshed() {
        return namespace.unmeshed() == Namespace.Unmeshed.ALLOW;
    }

    /** What to make of requests from callers with an identity. */
    public Optional<RbacRules> http(int port) {
        RBAC rules = rules(port, true, false);
        if (enforcing()) {
            return Optional.of(new RbacRules(rules, true));
        }
        return targets.isEmpty() ? Optional.empty() : Optional.of(new RbacRules(rules, false));
    }

    /** In a permissive namespace: counts the connections that policy would deny. */
    public Optional<RbacRules> countedTcp(int port) {
        return enforcing() || targets.isEmpty()
                ? Optional.empty()
                : Optional.of(new RbacRules(rules(port, false, false), false));
    }

    /** Every identity of the mesh, as a URI SAN. */
    public List<StringMatcher> anyPeer() {
        return List.of(
                StringMatcher.newBuilder()
                        .setPrefix("spiffe://" + settings.trustDomain() + "/")
                        .build());
    }

    /**
     * The URI SANs with which a caller may open a connection to this port; empty for none. It has
     * to be checked in the handshake: Envoy's network RBAC waits for the caller's first byte, and
     * until then it hands over all that a server says that speaks first.
     */
    public List<StringMatcher> mayConnect(int port) {
        if (!enforcing()) {
            return anyPeer();
        }
        TreeSet<String> uris = new TreeSet<>();
        for (TrafficTarget target : targets) {
            if (permissions(target, port, false).isEmpty()) {
                continue;
            }
            for (Source source : target.sources()) {
                switch (source) {
                    case Source.Account(var account) -> uris.add(settings.spiffeId(account).uri());
                    case Source.AnyAuthenticated(), Source.Anyone() -> {
                        return anyPeer();
                    }
                }
            }
        }
        return uris.stream().map(Wire::exact).toList();
    }

    /** What to make of requests from callers without an identity, where they are not admitted. */
    public RbacRules unmeshedHttp(int port) {
        return new RbacRules(rules(port, true, true), true);
    }

    /** Whether some target lets anyone send HTTP requests to this port. */
    public boolean anyoneMaySendHttp(int port) {
        return rules(port, true, true).getPoliciesCount() > 0;
    }

    /** Whether some target lets anyone open a connection to this port. */
    public boolean anyoneMayConnect(int port) {
        return rules(port, false, true).getPoliciesCount() > 0;
    }

    private RBAC rules(int port, boolean http, boolean anyoneOnly) {
        RBAC.Builder rules = RBAC.newBuilder().setAction(RBAC.Action.ALLOW);
        for (TrafficTarget target : targets) {
            List<Principal> principals = principals(target, anyoneOnly);
            List<Permission> permissions = permissions(target, port, http);
            if (!principals.isEmpty() && !permissions.isEmpty()) {
                rules.putPolicies(
                        target.name(),
                        Policy.newBuilder()
                                .addAllPrincipals(principals)
                                .addAllPermissions(permissions)
                                .build());
            }
        }
        return rules.build();
    }

    private List<Principal> principals(TrafficTarget target, boolean anyoneOnly) {
        List<Principal> out = new ArrayList<>();
        for (Source source : target.sources()) {
            switch (source) {
                case Source.Account(var account) -> {
                    if (!anyoneOnly) {
                        out.add(authenticated(settings.spiffeId(account).uri()));
                    }
                }
                case Source.AnyAuthenticated() -> {
                    if (!anyoneOnly) {
                        out.add(
                                Principal.newBuilder()
                                        .setAuthenticated(
                                                Principal.Authenticated.getDefaultInstance())
                                        .build());
                    }
                }
                case Source.Anyone() -> out.add(Principal.newBuilder().setAny(true).build());
            }
        }
        return out;
    }

    private static Principal authenticated(String uri) {
        return Principal.newBuilder()
                .setAuthenticated(
                        Principal.Authenticated.newBuilder().setPrincipalName(Wire.exact(uri)))
                .build();
    }

    private static List<Permission> permissions(TrafficTarget target, int port, boolean http) {
        List<Permission> out = new ArrayList<>();
        for (Grant grant : target.grants()) {
            if (!grant.ports().contains(port)) {
                continue;
            }
            switch (grant) {
                case Grant.Http(var matches, _) -> {
                    if (http) {
                        matches.forEach(match -> out.add(HttpPermission.of(match)));
                    }
                }
                case Grant.Tcp _ -> out.add(Permission.newBuilder().setAny(true).build());
                case Grant.Udp _ -> {}
            }
        }
        return out;
    }
}
