package io.peakmesh.xds.server.snapshot;

import io.peakmesh.xds.translator.ResourceKey;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A resource that somebody is subscribed to, as it is now. */
public final class Entry extends Derived {
    private final ResourceKey key;
    private @Nullable Resource resource;
    private boolean broken;

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

    /**
     * Whether it is not known if there is such a resource, because its first translation threw: no
     * reason to take it from a proxy that has it from an earlier life of this server.
     */
    public boolean broken() {
        return broken;
    }

    void setBroken(boolean broken) {
        this.broken = broken;
    }

    void set(@Nullable Resource resource) {
        this.resource = resource;
    }
}
