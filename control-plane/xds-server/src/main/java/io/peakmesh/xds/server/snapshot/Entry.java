package io.peakmesh.xds.server.snapshot;

import io.peakmesh.xds.translator.ResourceKey;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A resource that somebody is subscribed to, as it is now. */
public final class Entry extends Derived {
    private final ResourceKey key;
    private @Nullable Resource resource;

    Entry(ResourceKey key) {
        this.key = key;
    }

    public ResourceKey key() {
        return key;
    }

    /** Empty if there is no such resource now. */
    public Optional<Resource> resource() {
        return Optional.ofNullable(resource);
    }

    void set(@Nullable Resource resource) {
        this.resource = resource;
    }
}
