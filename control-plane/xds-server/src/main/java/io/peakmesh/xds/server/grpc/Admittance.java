package io.peakmesh.xds.server.grpc;

import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.peakmesh.xds.server.peer.Peer;
import io.peakmesh.xds.server.peer.PeerAuthenticator;
import io.peakmesh.xds.server.peer.PeerAuthenticator.Verdict;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Locale;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds out who calls, before anything that it sent is read. */
public final class Admittance {
    private static final Logger LOG = LoggerFactory.getLogger(Admittance.class);
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final String BEARER = "bearer ";

    private final PeerAuthenticator authenticator;
    private final Refusals refusals;
    private final Executor edge;

    /**
     * {@code edge} runs the authenticator; where it takes no more, callers are told to come again.
     */
    public Admittance(PeerAuthenticator authenticator, Refusals refusals, Executor edge) {
        this.authenticator = authenticator;
        this.refusals = refusals;
        this.edge = edge;
    }

    /** Calls one of both, later and on another thread. */
    public void admit(
            ServerCall<?, ?> call,
            Metadata headers,
            Consumer<Peer> accepted,
            Consumer<Status> refused) {
        String who = address(call);
        String header = headers.get(AUTHORIZATION);
        if (header == null || !header.toLowerCase(Locale.ROOT).startsWith(BEARER)) {
            refuse(who, "no bearer token", refused);
            return;
        }
        String token = header.substring(BEARER.length()).strip();
        try {
            edge.execute(() -> {
                switch (authenticate(token)) {
                    case Verdict.Accepted(Peer peer) -> accepted.accept(peer);
                    case Verdict.Refused(String reason) -> refuse(who, reason, refused);
                    case Verdict.Unavailable(String reason) -> {
                        refusals.refused(who, reason);
                        refused.accept(Status.UNAVAILABLE.withDescription("come again"));
                    }
                }
            });
        } catch (RejectedExecutionException e) {
            refused.accept(Status.RESOURCE_EXHAUSTED.withDescription("too many streams at once"));
        }
    }

    private Verdict authenticate(String token) {
        try {
            return authenticator.authenticate(token);
        } catch (RuntimeException e) {
            LOG.error("the peer authenticator failed", e);
            return new Verdict.Refused("the authenticator failed");
        }
    }

    private void refuse(String who, String reason, Consumer<Status> refused) {
        refusals.refused(who, reason);
        refused.accept(Status.UNAUTHENTICATED.withDescription("not authenticated"));
    }

    /** Notes that somebody was refused after all, for a reason found later. */
    public void refused(String who, String reason) {
        refusals.refused(who, reason);
    }

    private static String address(ServerCall<?, ?> call) {
        SocketAddress remote = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
        return remote instanceof InetSocketAddress inet
                ? inet.getAddress().getHostAddress()
                : String.valueOf(remote);
    }
}
