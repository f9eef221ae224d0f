package io.peakmesh.kube.folder;

import static io.peakmesh.kube.folder.Manifests.BROKEN;
import static io.peakmesh.kube.folder.Manifests.accounts;
import static io.peakmesh.kube.folder.Manifests.file;
import static io.peakmesh.kube.folder.Manifests.gone;
import static io.peakmesh.kube.folder.Manifests.invalid;
import static io.peakmesh.kube.folder.Manifests.words;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FolderStateTest {
    private final FolderState state = new FolderState();

    private List<String> after(FileChange... changes) {
        return words(state.apply(List.of(changes)));
    }

    private List<String> problems() {
        return state.problems().stream().map(Object::toString).toList();
    }

    @Test
    void appliesWhatIsNewOrChangedAndNothingElse() {
        assertThat(after(file("f.yaml", accounts("1", "a", "b"))))
                .containsExactly("+a=1@f.yaml", "+b=1@f.yaml");
        assertThat(after(file("f.yaml", accounts("1", "a") + accounts("2", "b"))))
                .containsExactly("+b=2@f.yaml");
        assertThat(after(file("f.yaml", accounts("1", "a") + "# same\n" + accounts("2", "b"))))
                .isEmpty();
    }

    @Test
    void deletesWhatItsFileNoLongerSays() {
        after(file("f.yaml", accounts("1", "a", "b")), file("g.yaml", accounts("1", "c")));

        assertThat(after(file("f.yaml", accounts("1", "b")))).containsExactly("-a");
        assertThat(after(gone("f.yaml"))).containsExactly("-b");
        assertThat(after(file("g.yaml", ""))).containsExactly("-c");
        assertThat(after(gone("never.yaml"))).isEmpty();
    }

    @Test
    void keepsEverythingOfAFileThatBecomesUnreadable() {
        after(file("f.yaml", accounts("1", "a", "b")));

        assertThat(after(file("f.yaml", BROKEN))).containsExactly("!f.yaml: 1");
        assertThat(after(new FileChange.Blocked("f.yaml", "cannot be read: permission denied")))
                .containsExactly("!f.yaml: 1");
        assertThat(problems()).containsExactly("f.yaml: cannot be read: permission denied");
        assertThat(after(file("f.yaml", accounts("1", "b")))).containsExactly("-a", "!f.yaml: 0");
    }

    @Test
    void oneBrokenDocumentKeepsWhatItMayHaveSaidWhileTheOthersGoOn() {
        after(file("f.yaml", accounts("1", "a", "b")));

        assertThat(after(file("f.yaml", accounts("2", "a") + "---\n" + BROKEN)))
                .containsExactly("+a=2@f.yaml", "!f.yaml: 1");
    }

    @Test
    void keepsTheLastGoodVersionOfAnInvalidObjectWhileItsSiblingsGoOn() {
        after(file("f.yaml", accounts("1", "a", "b", "c")));

        assertThat(after(file("f.yaml", accounts("2", "a") + invalid("b"))))
                .containsExactly("-c", "+a=2@f.yaml", "!f.yaml: 1");
        assertThat(problems())
                .containsExactly(
                        "f.yaml: ServiceAccount default/b: metadata.labels.v: must be text, is 5:"
                                + " put it in quotes");
        assertThat(after(file("f.yaml", accounts("2", "a", "b"))))
                .containsExactly("+b=2@f.yaml", "!f.yaml: 0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Namespace", "Node"})
    void aMistakeInAnObjectOfNoNamespaceKeepsThatOneAlone(String kind) {
        String start = "---\n{apiVersion: v1, kind: " + kind + ", metadata: {name: n, labels: ";
        after(file("f.yaml", accounts("1", "a") + start + "{v: '1'}}}\n"));

        assertThat(after(file("f.yaml", accounts("1", "b") + start + "{v: 5}}}\n")))
                .containsExactly("-a", "+b=1@f.yaml", "!f.yaml: 1");
    }

    @Test
    void anObjectThatMovesBetweenFilesInOneStepIsNeverAway() {
        after(file("f.yaml", accounts("1", "a")));

        assertThat(after(gone("f.yaml"), file("b.yaml", accounts("1", "a"))))
                .containsExactly("+a=1@b.yaml");
        assertThat(after(file("z.yaml", accounts("1", "a")), gone("b.yaml")))
                .containsExactly("+a=1@z.yaml");
    }

    @Test
    void ofDuplicatesThePathThatSortsFirstWinsAndTheOtherTakesOverWhenItGoes() {
        after(file("b.yaml", accounts("b", "x")));

        assertThat(after(file("a.yaml", accounts("a", "x"))))
                .containsExactly("+x=a@a.yaml", "!b.yaml: 1");
        assertThat(problems())
                .containsExactly(
                        "b.yaml: ServiceAccount default/x: stands in a.yaml too, and that one is"
                                + " used: remove one of the two");
        assertThat(after(gone("a.yaml"))).containsExactly("+x=b@b.yaml", "!b.yaml: 0");
    }

    @Test
    void ofDuplicatesInOneFileTheFirstWins() {
        assertThat(after(file("f.yaml", accounts("1", "a") + accounts("2", "a"))))
                .containsExactly("+a=1@f.yaml", "!f.yaml: 1");
        assertThat(problems())
                .containsExactly(
                        "f.yaml: ServiceAccount default/a: stands twice in this file: the first is"
                                + " used, remove one");
    }

    @Test
    void aVersionKeptFromABrokenFileGivesWayToACurrentOneElsewhere() {
        after(file("a.yaml", accounts("1", "x")));
        after(file("a.yaml", BROKEN));

        assertThat(after(file("b.yaml", accounts("2", "x")))).containsExactly("+x=2@b.yaml");
        assertThat(problems()).hasSize(1).first().asString().startsWith("a.yaml: line");
    }

    @Test
    void aGoneFileTakesItsProblemsAlong() {
        after(file("f.yaml", BROKEN));

        assertThat(after(gone("f.yaml"))).containsExactly("!f.yaml: 0");
    }

    @Test
    void objectsBeyondTheLimitAreReportedByTheFilesThatSortLast() {
        FolderState small = new FolderState(3);
        small.apply(List.of(file("b.yaml", accounts("1", "x", "y"))));

        assertThat(words(small.apply(List.of(file("a.yaml", accounts("1", "a", "b"))))))
                .containsExactly("-y", "+a=1@a.yaml", "+b=1@a.yaml", "!b.yaml: 1");
        assertThat(small.problems())
                .singleElement()
                .asString()
                .isEqualTo(
                        "b.yaml: the folder holds more than 3 objects: 1 of this file are not"
                                + " used");
        assertThat(words(small.apply(List.of(gone("a.yaml")))))
                .containsExactly("-a", "-b", "+y=1@b.yaml", "!b.yaml: 0");
    }

    @Test
    void knowsWhichChangesLoseSomething() {
        after(file("f.yaml", accounts("1", "a", "b")));

        assertThat(state.losesBy(gone("f.yaml"))).isTrue();
        assertThat(state.losesBy(gone("other.yaml"))).isFalse();
        assertThat(state.losesBy(file("f.yaml", ""))).isTrue();
        assertThat(state.losesBy(file("f.yaml", accounts("1", "a")))).isTrue();
        assertThat(state.losesBy(file("f.yaml", accounts("2", "a", "b", "c")))).isFalse();
        assertThat(state.losesBy(file("g.yaml", BROKEN))).isTrue();
        assertThat(state.unchanged(file("f.yaml", accounts("1", "a", "b")))).isTrue();
        assertThat(state.unchanged(file("f.yaml", accounts("1", "a")))).isFalse();
    }
}
