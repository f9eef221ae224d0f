package io.peakmesh.xds.server.peer;

import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.Optional;

/** Makes the SDS secrets of a stream. Never cached here, never logged. */
public interface SecretSource {
    /**
     * The secret of this name for this peer; empty if the peer may not have it or there is none.
     *
     * @param heldVersion the version that the proxy says it holds, empty if none: where that is
     *     still the right one, the answer is a {@link Secret} without bytes
     */
    Optional<Secret> secret(Peer peer, String name, String heldVersion);

    /**
     * Calls {@code onChange} whenever secrets of all peers must be asked for anew (a new trust
     * bundle), until the returned handle is closed.
     */
    AutoCloseable subscribe(Runnable onChange);

    /**
     * One secret.
     *
     * @param version opaque; equal versions mean equal content, also at another control plane
     * @param message the serialised envoy Secret; empty where the proxy already holds this version
     * @param renewAt when to ask again
     */
    record Secret(String version, Optional<ByteString> message, Instant renewAt) {
        @Override
        public String toString() {
            return "Secret[version=" + version + ", renewAt=" + renewAt + "]";
        }
    }
}
