package io.peakmesh.xds.server.delta;

import io.peakmesh.xds.server.snapshot.Entry;
import io.peakmesh.xds.server.snapshot.Resource;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One name of one type on one stream: why it is there, and what the client holds of it. */
final class Slot {
    final String name;

    /** Where the content comes from, for its asker as it is now; null for a secret. */
    @Nullable Entry entry;

    /** A secret's content, without its bytes once sent. */
    @Nullable Resource secret;

    /** A secret whose source was not heard yet. */
    boolean unresolved;

    /** Subscribed by name. */
    boolean named;

    /** Among the names that the proxy gets without asking. */
    boolean always;

    /** Brought by an earlier life of this proxy or by its workload's learned dependencies. */
    boolean known;

    /** Must be answered even if nothing changed. */
    boolean asked;

    /** The version that the client ACKed or said it holds: the last good one. */
    @Nullable String held;

    /**
     * Whether the client may have something else than {@link #held}: a NACK named another resource
     * of the same response, and Envoy takes the rest of some types.
     */
    boolean unsure;

    /** The version that the client NACKed last. */
    @Nullable String rejected;

    /** Since when its removal is held back for the order's sake. */
    @Nullable Instant goneSince;

    Slot(String name, @Nullable Entry entry) {
        // The graph's own copy, so that a thousand streams do not each keep one.
        this.name = entry == null ? name : entry.key().name();
        this.entry = entry;
        this.unresolved = entry == null;
    }

    boolean subscribed() {
        return named || always || known;
    }

    Optional<Resource> current() {
        if (!subscribed()) {
            return Optional.empty();
        }
        return entry == null ? Optional.ofNullable(secret) : entry.resource();
    }
}
