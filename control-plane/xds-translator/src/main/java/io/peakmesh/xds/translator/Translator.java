package io.peakmesh.xds.translator;

import com.google.protobuf.Message;
import io.peakmesh.model.WorkloadName;
import java.util.List;
import java.util.Optional;

/**
 * The door of this room. Stateless: may be called from any thread.
 *
 * <p>Secrets are not made here; only their names are ({@code id} and {@code roots}).
 */
public interface Translator {
    /**
     * Which resource stands under this name for this asker. Askers with the same key share it, so
     * the fewer keys, the fewer times it is built and held.
     */
    ResourceKey key(XdsType type, String name, Asker asker);

    /**
     * The names that a sidecar gets without asking for them by name (its wildcard subscription).
     */
    List<String> always(XdsType type, WorkloadName asker, MeshView mesh);

    /**
     * The resource, or empty if there is none of this name now; its own name (the name field that
     * the type has) is the key's name.
     */
    Optional<Message> translate(ResourceKey key, MeshView mesh);

    /**
     * The name that stands in for all further names of this type once a proxy has asked for more
     * than it may hold; empty if those are answered as absent.
     */
    Optional<String> overflow(XdsType type);
}
