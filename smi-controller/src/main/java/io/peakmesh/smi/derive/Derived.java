package io.peakmesh.smi.derive;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A sorted map of derived values. A value that comes out equal to the one before keeps the earlier
 * instance, so that readers find changes by identity.
 */
public final class Derived<K extends Comparable<K>, V> {
    private final TreeMap<K, V> values = new TreeMap<>();

    /** What the keys held that were set to something else since changes were last taken. */
    private final Map<K, Optional<V>> before = new HashMap<>();

    /** Sets or, where empty, removes the value; returns whether that changed anything. */
    public boolean set(K key, Optional<V> value) {
        Optional<V> now = get(key);
        if (value.equals(now)) {
            return false;
        }
        before.putIfAbsent(key, now);
        put(key, value);
        return true;
    }

    public Optional<V> get(K key) {
        return Optional.ofNullable(values.get(key));
    }

    /** A live, read-only view. */
    public SortedMap<K, V> values() {
        return Collections.unmodifiableSortedMap(values);
    }

    /**
     * Whether anything is other than when this was last asked; what only changed and came back is
     * the earlier instance again.
     */
    public boolean takeChanged() {
        boolean changed = false;
        for (Map.Entry<K, Optional<V>> entry : before.entrySet()) {
            if (get(entry.getKey()).equals(entry.getValue())) {
                put(entry.getKey(), entry.getValue());
            } else {
                changed = true;
            }
        }
        before.clear();
        return changed;
    }

    private void put(K key, Optional<V> value) {
        value.ifPresentOrElse(v -> values.put(key, v), () -> values.remove(key));
    }
}
