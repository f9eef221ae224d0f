package io.peakmesh.smi.derive;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DerivedTest {
    private final Derived<String, List<Integer>> derived = new Derived<>();

    private static Optional<List<Integer>> list(int number) {
        return Optional.of(List.of(number, number));
    }

    @Test
    void keepsTheInstanceOfAValueThatComesOutEqual() {
        Optional<List<Integer>> first = list(1);
        assertThat(derived.set("a", first)).isTrue();
        assertThat(derived.set("a", list(1))).isFalse();
        assertThat(derived.values().get("a")).isSameAs(first.orElseThrow());
    }

    @Test
    void givesBackTheEarlierInstanceOfWhatChangedAndCameBack() {
        Optional<List<Integer>> first = list(1);
        derived.set("a", first);
        assertThat(derived.takeChanged()).isTrue();
        derived.set("a", list(2));
        derived.set("a", Optional.empty());
        derived.set("a", list(1));
        derived.set("b", list(3));
        derived.set("b", Optional.empty());
        assertThat(derived.takeChanged()).isFalse();
        assertThat(derived.values()).containsOnlyKeys("a");
        assertThat(derived.values().get("a")).isSameAs(first.orElseThrow());
    }

    @Test
    void tellsOnceWhatIsOtherThanItWasTold() {
        derived.set("a", list(1));
        derived.set("b", list(1));
        assertThat(derived.takeChanges()).containsOnlyKeys("a", "b");
        derived.set("a", list(2));
        derived.set("a", list(1));
        derived.set("b", Optional.empty());
        derived.set("c", list(3));
        assertThat(derived.takeChanges())
                .containsExactly(Map.entry("b", Optional.empty()), Map.entry("c", list(3)));
        assertThat(derived.takeChanges()).isEmpty();
        assertThat(derived.takeChanged()).isFalse();
    }

    @Test
    void knowsWhoLooksAtWhat() {
        Dependents<String, Integer> dependents = new Dependents<>();
        dependents.set(1, Set.of("a", "b"));
        dependents.set(2, Set.of("b"));
        assertThat(dependents.of("b")).containsExactlyInAnyOrder(1, 2);
        dependents.set(1, Set.of("c"));
        assertThat(dependents.of("a")).isEmpty();
        assertThat(dependents.of("b")).containsExactly(2);
        assertThat(dependents.lookedAtBy(1)).containsExactly("c");
        dependents.set(2, Set.of());
        assertThat(dependents.of("b")).isEmpty();
    }
}
