package io.peakmesh.smi.derive;

import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Who depends on what: {@code K} are the dependents, {@code D} what they look at. Both directions
 * are kept, so that replacing one dependent's set costs no more than its old and new sets.
 */
public final class Dependents<D, K> {
    private final Map<K, Set<D>> dependencies = new HashMap<>();
    private final Map<D, Set<K>> dependents = new HashMap<>();

    /** Replaces what {@code dependent} looks at; an empty set forgets it. */
    public void set(K dependent, Set<D> looksAt) {
        Set<D> before = dependencies.getOrDefault(dependent, Set.of());
        if (before.equals(looksAt)) {
            return;
        }
        for (D gone : before) {
            if (!looksAt.contains(gone)) {
                dependents.computeIfPresent(
                        gone,
                        (key, set) -> {
                            set.remove(dependent);
                            return set.isEmpty() ? null : set;
                        });
            }
        }
        for (D added : looksAt) {
            dependents.computeIfAbsent(added, key -> new HashSet<>()).add(dependent);
        }
        if (looksAt.isEmpty()) {
            dependencies.remove(dependent);
        } else {
            dependencies.put(dependent, Set.copyOf(looksAt));
        }
    }

    /** Those that look at {@code dependency}, in no order. */
    public Set<K> of(D dependency) {
        return Collections.unmodifiableSet(dependents.getOrDefault(dependency, Set.of()));
    }

    /** What {@code dependent} looks at, in no order. */
    public Set<D> lookedAtBy(K dependent) {
        return Collections.unmodifiableSet(dependencies.getOrDefault(dependent, Set.of()));
    }
}
