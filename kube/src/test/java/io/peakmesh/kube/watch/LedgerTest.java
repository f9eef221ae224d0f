package io.peakmesh.kube.watch;

import static io.peakmesh.kube.watch.Objects.broken;
import static io.peakmesh.kube.watch.Objects.service;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class LedgerTest {
    private final Ledger ledger = new Ledger(Objects.kind("Service"));

    private List<String> applied(String json) throws IOException {
        ledger.applied(Objects.tree(Objects.kind("Service"), json));
        return Objects.lines(ledger.take());
    }

    private List<String> deleted(String json) throws IOException {
        ledger.deleted(Objects.tree(Objects.kind("Service"), json));
        return Objects.lines(ledger.take());
    }

    private List<String> list(String... items) throws IOException {
        ledger.beginList();
        for (String item : items) {
            ledger.listed(Objects.tree(Objects.kind("Service"), item));
        }
        ledger.endList();
        return Objects.lines(ledger.take());
    }

    @Test
    void tellsWhatIsNewAndWhatIsGoneInAList() throws IOException {
        assertThat(list(service("a", "1", 5, "x"), service("b", "2", 6, "x")))
                .containsExactly("+a x", "+b x");
        assertThat(list(service("a", "1", 7, "y"))).containsExactly("+a y", "-b");
        assertThat(ledger.objects()).isEqualTo(1);
    }

    @Test
    void saysNothingOfWhatChangedInFieldsThatAreNotRead() throws IOException {
        list(service("a", "1", 5, "x"));
        assertThat(applied(service("a", "1", 6, "x").replace("kubectl", "helm"))).isEmpty();
        assertThat(list(service("a", "1", 7, "x"))).isEmpty();
    }

    @Test
    void olderAndRepeatedNewsIsNotTaken() throws IOException {
        list(service("a", "1", 5, "x"));
        assertThat(applied(service("a", "1", 9, "z"))).containsExactly("+a z");
        assertThat(applied(service("a", "1", 8, "y"))).isEmpty();
        assertThat(applied(service("a", "1", 9, "z"))).isEmpty();
        assertThat(deleted(service("a", "1", 7, "y"))).isEmpty();
        assertThat(applied(service("a", "1", 10, "w"))).containsExactly("+a w");
    }

    @Test
    void versionsAreComparedAsNumbers() throws IOException {
        list(service("a", "1", 99, "x"));
        assertThat(applied(service("a", "1", 100, "y"))).containsExactly("+a y");
    }

    @Test
    void lateNewsDoesNotBringADeletedObjectBack() throws IOException {
        list(service("a", "1", 5, "x"));
        assertThat(deleted(service("a", "1", 9, "x"))).containsExactly("-a");
        assertThat(applied(service("a", "1", 8, "y"))).isEmpty();
        assertThat(applied(service("a", "2", 10, "n"))).containsExactly("+a n");
    }

    @Test
    void aListIsTakenEvenIfItsVersionsAreEarlier() throws IOException {
        list(service("a", "1", 500, "x"));
        assertThat(list(service("a", "1", 5, "restored"))).containsExactly("+a restored");
        assertThat(applied(service("a", "1", 6, "next"))).containsExactly("+a next");
    }

    @Test
    void anotherObjectOfTheSameNameIsADeletionAndANewObject() throws IOException {
        list(service("a", "1", 5, "x"));
        assertThat(applied(service("a", "2", 9, "x"))).containsExactly("-a", "+a x");
        assertThat(deleted(service("a", "1", 7, "x"))).isEmpty();
    }

    @Test
    void keepsTheEarlierStateOfAnObjectThatCanNoLongerBeUsed() throws IOException {
        list(service("a", "1", 5, "x"));
        assertThat(applied(broken("a", "1", 6))).containsExactly("!Service shop/a 1");
        assertThat(applied(broken("a", "1", 7))).isEmpty();
        assertThat(ledger.objects()).isEqualTo(1);
        assertThat(ledger.unreadable()).isEqualTo(1);
        assertThat(applied(service("a", "1", 8, "x"))).containsExactly("!Service shop/a 0");
        assertThat(ledger.unreadable()).isZero();
    }

    @Test
    void keepsNothingOfAnotherObjectWhenTheNewOneCannotBeUsed() throws IOException {
        list(service("a", "1", 5, "x"));
        assertThat(applied(broken("a", "2", 6))).containsExactly("-a", "!Service shop/a 1");
        assertThat(ledger.objects()).isZero();
        assertThat(deleted(broken("a", "2", 7))).containsExactly("!Service shop/a 0");
        assertThat(ledger.isEmpty()).isTrue();
    }

    @Test
    void remembersABoundedNumberOfDeletedObjects() throws IOException {
        for (int i = 0; i < 3_000; i++) {
            applied(service("a" + i, "1", 2 * i + 1, "x"));
            deleted(service("a" + i, "1", 2 * i + 2, "x"));
        }
        assertThat(applied(service("a2999", "1", 5_999, "late"))).isEmpty();
        assertThat(applied(service("a0", "1", 1, "late"))).containsExactly("+a0 late");
    }

    @Test
    void anObjectWithoutANameIsNoObject() {
        assertThatThrownBy(() -> applied("{\"metadata\":{}}")).isInstanceOf(IOException.class);
    }
}
