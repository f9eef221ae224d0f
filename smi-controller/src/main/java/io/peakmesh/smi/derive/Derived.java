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

    /** What the keys held that are other than when changes were last taken. */
    private final Map<K, Optional<V>> before = new HashMap<>();

    /**
     * Sets or, where empty, removes the value; returns whether that changed anything. What only
     * changed and came back is the earlier instance again, and no change to those who take them.
     */
    public boolean set(K key, Optional<V> value) {
        Optional<V> now = get(key);
        if (value.equals(now)) {
            return false;
        }
        Optional<V> earlier = before.putIfAbsent(key, now);
        if (value.equals(earlier)) {
            before.remove(key);
            put(key, earlier);
        } else {
            put(key, value);
        }
        return true;
    }

    public Optional<V> get(K key) {
        return Optional.ofNullable(values.get(key));
    }

    /** A live, read-only view. */
    public SortedMap<K, V> values() {
        return Collections.unmodifiableSortedMap(values);
    }

    /** Whether anything is other than when changes were last taken; takes them. */
    public boolean takeChanged() {
        boolean changed = !before.isEmpty();
        before.clear();
        return changed;
    }

    /** What is other than when changes were last taken, as it is now: empty where it is gone. */
    public SortedMap<K, Optional<V>> takeChanges() {
        TreeMap<K, Optional<V>> changes = new TreeMap<>();
        before.keySet().forEach(key -> changes.put(key, get(key)));
        before.clear();
        return changes;
    }

    private void put(K key, Optional<V> value) {
        value.ifPresentOrElse(v -> values.put(key, v), () -> values.remove(key));
    }
}
