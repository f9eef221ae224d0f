package io.peakmesh.cli.cluster;

import io.peakmesh.xds.server.peer.Peer;
import io.peakmesh.xds.server.peer.PeerAuthenticator;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * Says whose a proxy's token is. Before the first mesh no pod is known, so that nobody is refused
 * for that: the answer is to come again.
 *
 * @param tokens judges a token by the pods of the mesh
 * @param mesh whether there is one
 */
record PodAuthenticator(
        Function<String, io.peakmesh.identity.attest.Verdict> tokens, BooleanSupplier mesh)
        implements PeerAuthenticator {
    @Override
    public PeerAuthenticator.Verdict authenticate(String token) {
        if (!mesh.getAsBoolean()) {
            return new PeerAuthenticator.Verdict.Unavailable("the cluster's pods are not read yet");
        }
        return switch (tokens.apply(token)) {
            case io.peakmesh.identity.attest.Verdict.Verified(var who) ->
                    new PeerAuthenticator.Verdict.Accepted(
                            new Peer(who.workload(), who.uid(), who.serviceAccount()));
            case io.peakmesh.identity.attest.Verdict.Refused(var reason) ->
                    new PeerAuthenticator.Verdict.Refused(reason.text());
            case io.peakmesh.identity.attest.Verdict.Unavailable(var reason) ->
                    new PeerAuthenticator.Verdict.Unavailable(reason);
        };
    }
}
