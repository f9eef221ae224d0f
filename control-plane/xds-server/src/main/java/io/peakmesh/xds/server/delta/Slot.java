package io.peakmesh.xds.server.delta;

import io.peakmesh.xds.server.snapshot.Entry;
import io.peakmesh.xds.server.snapshot.Resource;
import io.peakmesh.xds.translator.Scope;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One name of one type on one stream: why it is there, and what the client holds of it. */
final class Slot {
    /** A version that the client would not have, and what it said, cut to 1,000 characters. */
    record Rejection(String version, String text) {
        private static final int MOST = 1_000;

        Rejection {
            text = text.length() <= MOST ? text : text.substring(0, MOST);
        }
    }

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

    /** What the client NACKed last. */
    @Nullable Rejection rejected;

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

    /** Whether no other workload's proxy shares it. */
    boolean ofItsWorkload() {
        return entry != null && entry.key().scope() instanceof Scope.OfWorkload;
    }

    boolean refuses(Resource resource) {
        return rejected != null && rejected.version().equals(resource.version());
    }

    /** Whether the client holds what it should; where nothing should be, nothing. */
    boolean upToDate() {
        Optional<Resource> current = current();
        if (unsure || (entry != null && entry.broken())) {
            return false;
        }
        return current.isPresent()
                ? current.get().version().equals(held)
                : held == null || held.equals(Resource.ABSENT_VERSION);
    }

    Optional<Resource> current() {
        if (!subscribed()) {
            return Optional.empty();
        }
        return entry == null ? Optional.ofNullable(secret) : entry.resource();
    }
}
