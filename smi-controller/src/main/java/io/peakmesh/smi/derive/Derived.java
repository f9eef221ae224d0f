package io.peakmesh.smi.derive;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A sorted map of derived values. A value that comes out equal to the one before keeps the earlier
 * instance, so that readers find changes by identity.
 */
public final class Derived<K extends Comparable<K>, V> {
    private final TreeMap<K, V> values = new TreeMap<>();
    private boolean changed;

    /** Sets or, where empty, removes the value; returns whether that changed anything. */
    public boolean set(K key, Optional<V> value) {
        boolean differs =
                value.isPresent() ? !value.get().equals(values.get(key)) : values.containsKey(key);
        if (differs) {
            value.ifPresentOrElse(v -> values.put(key, v), () -> values.remove(key));
            changed = true;
        }
        return differs;
    }

    public Optional<V> get(K key) {
        return Optional.ofNullable(values.get(key));
    }

    /** A live, read-only view. */
    public SortedMap<K, V> values() {
        return Collections.unmodifiableSortedMap(values);
    }

    /** Whether anything changed since this was last asked. */
    public boolean takeChanged() {
        boolean was = changed;
        changed = false;
        return was;
    }
}
