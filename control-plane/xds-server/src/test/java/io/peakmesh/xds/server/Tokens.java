package io.peakmesh.xds.server;

import io.peakmesh.model.ServiceAccountName;
import io.peakmesh.model.WorkloadName;
import io.peakmesh.xds.server.peer.Peer;
import io.peakmesh.xds.server.peer.PeerAuthenticator;

/**
 * Tokens of the form {@code namespace/name;uid;account}, refused when they start with "expired"; of
 * those that start with "unsure" it cannot tell.
 */
final class Tokens implements PeerAuthenticator {
    static String of(String workload, String uid) {
        return workload + ";" + uid + ";default";
    }

    @Override
    public Verdict authenticate(String token) {
        if (token.startsWith("expired")) {
            return new Verdict.Refused("the token has expired");
        }
        if (token.startsWith("unsure")) {
            return new Verdict.Unavailable("nobody answers");
        }
        String[] parts = token.split(";", -1);
        if (parts.length != 3) {
            return new Verdict.Refused("not a token");
        }
        WorkloadName workload = WorkloadName.parse(parts[0]);
        return new Verdict.Accepted(
                new Peer(
                        workload,
                        parts[1],
                        new ServiceAccountName(workload.namespace(), parts[2])));
    }
}
