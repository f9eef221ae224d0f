package io.peakmesh.identity.state;

import java.util.List;
import java.util.Optional;

/**
 * Where secrets are kept that every control plane of a mesh shares: named entries, each written
 * once and never changed. Of several that make the same one exactly one wins, so no lock is needed.
 *
 * <p>Every call sees all that was made or removed before it began, here or elsewhere: a copy that
 * may lag behind will not do. Each call stands alone, so an entry that was listed may be gone when
 * it is read.
 */
public interface State {
    /** No entry of ours comes near this; a larger one is not ours. */
    int MAX_BYTES = 64 * 1024;

    /** For people: where it is, as in a folder's path or {@code Secret peakmesh/peakmesh-ca}. */
    String place();

    /**
     * The content of an entry, one character a byte; empty if there is none.
     *
     * @throws IdentityException if it is refused or cannot be read
     */
    Optional<String> read(String name);

    /**
     * Makes a new entry, durably and readable by its owner alone.
     *
     * @return false if there is one of that name already, which stays as it is
     * @throws IdentityException if it cannot be written, or that is not known: it may be there
     *     then, or come to be there later unless another one of the name was first
     */
    boolean publish(String name, String content);

    /**
     * Removes an entry; nothing happens if there is none.
     *
     * @throws IdentityException if it cannot be removed, or that is not known
     */
    void delete(String name);

    /**
     * The names of the entries that begin so, sorted.
     *
     * @throws IdentityException if they cannot be listed
     */
    List<String> names(String prefix);
}
