package io.peakmesh.identity.sds;

import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.Optional;

/**
 * One secret for one proxy.
 *
 * @param version opaque; equal versions mean equal content, also at another control plane with the
 *     same authority
 * @param message the serialised Envoy {@code Secret}, which may hold a private key; empty where the
 *     proxy already holds this version
 * @param renewAt when to ask again
 */
public record WorkloadSecret(String version, Optional<ByteString> message, Instant renewAt) {
    /** Whether the proxy keeps what it has. */
    public boolean isHeld() {
        return message.isEmpty();
    }

    /** Without the message. */
    @Override
    public String toString() {
        return "WorkloadSecret[version=" + version + ", renewAt=" + renewAt + "]";
    }
}
