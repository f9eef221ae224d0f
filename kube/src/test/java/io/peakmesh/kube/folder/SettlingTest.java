package io.peakmesh.kube.folder;

import static io.peakmesh.kube.folder.Manifests.file;
import static io.peakmesh.kube.folder.Manifests.gone;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SettlingTest {
    private final Settling settling =
            new Settling(Duration.ofMillis(50), Duration.ofMillis(300), Duration.ofSeconds(2));
    private final TreeMap<String, Stamp> files = new TreeMap<>();
    private Set<String> touched = Set.of();
    private List<String> closed = List.of();

    private static Instant at(long millis) {
        return Instant.ofEpochMilli(1_000_000 + millis);
    }

    private void put(String path, long size) {
        files.put(path, new Stamp(size, 0, "1", ""));
    }

    private Set<String> lookAt(long millis) {
        settling.see(new FolderScan(files, closed), touched, false, at(millis));
        return settling.toRead(at(millis)).keySet();
    }

    private List<String> takenAt(long millis) {
        return settling.take(at(millis)).stream().map(FileChange::path).toList();
    }

    @Test
    void readsAFileOnceItRestsAndBelievesAHarmlessChangeAtOnce() {
        put("a", 1);
        assertThat(lookAt(0)).isEmpty();
        put("a", 2);
        assertThat(lookAt(40)).isEmpty();
        assertThat(lookAt(80)).isEmpty();
        assertThat(lookAt(90)).containsExactly("a");
        settling.read(file("a", ""), false);
        assertThat(takenAt(90)).containsExactly("a");
        assertThat(lookAt(500)).isEmpty();
    }

    @Test
    void aChangeThatLosesSomethingMustLast() {
        put("a", 1);
        lookAt(0);
        lookAt(60);
        settling.read(file("a", ""), true);
        assertThat(takenAt(60)).isEmpty();
        assertThat(settling.idle(at(60))).contains(Duration.ofMillis(240));
        assertThat(takenAt(300)).containsExactly("a");
    }

    @Test
    void anEmptiedFileThatIsWrittenAgainIsReadAgainAndNeverTakenEmpty() {
        put("a", 0);
        lookAt(0);
        lookAt(60);
        settling.read(file("a", ""), true);
        put("a", 9);
        assertThat(lookAt(200)).isEmpty();
        assertThat(takenAt(400)).isEmpty();
        assertThat(lookAt(400)).containsExactly("a");
    }

    @Test
    void filesThatChangeTogetherAreTakenTogether() {
        put("from", 1);
        lookAt(0);
        settling.same("from");
        files.remove("from");
        put("to", 1);
        lookAt(100);
        assertThat(lookAt(150)).containsExactly("from", "to");
        settling.read(gone("from"), true);
        settling.read(file("to", ""), false);
        assertThat(takenAt(150)).isEmpty();
        assertThat(takenAt(400)).containsExactlyInAnyOrder("from", "to");
    }

    @Test
    void aFileThatNeverRestsHoldsBackOthersOnlySoLong() {
        put("calm", 1);
        for (long i = 0; i < 100; i++) {
            put("busy", i);
            lookAt(i * 20);
            settling.read(file("calm", ""), false);
            assertThat(takenAt(i * 20)).isEmpty();
        }
        put("busy", 100);
        assertThat(lookAt(2_000)).containsExactly("busy");
        assertThat(takenAt(2_000)).containsExactly("calm");
        settling.read(file("busy", ""), true);
        assertThat(takenAt(2_000)).containsExactly("busy");
    }

    @Test
    void aTouchedFileIsReadAgainEvenIfItLooksTheSame() {
        put("a", 1);
        lookAt(0);
        settling.same("a");
        touched = Set.of("a", "a.swp");
        assertThat(lookAt(100)).isEmpty();
        touched = Set.of();
        assertThat(lookAt(150)).containsExactly("a");
    }

    @Test
    void readingEverythingAgainDoesNotProlongAWait() {
        put("a", 1);
        put("b", 1);
        lookAt(0);
        settling.same("a");
        lookAt(60);
        settling.read(file("b", ""), true);
        settling.see(new FolderScan(files, closed), touched, true, at(250));
        assertThat(lookAt(300)).containsExactly("a");
        settling.same("a");
        assertThat(takenAt(300)).containsExactly("b");
    }

    @Test
    void nothingIsConcludedAboutAFolderThatCannotBeListed() {
        put("sub/a", 1);
        lookAt(0);
        settling.same("sub/a");
        files.clear();
        closed = List.of("sub");
        assertThat(lookAt(100)).isEmpty();
        assertThat(lookAt(1_000)).isEmpty();
        closed = List.of();
        lookAt(2_000);
        assertThat(lookAt(2_100)).containsExactly("sub/a");
    }

    @Test
    void aClockThatIsSetBackDelaysNothing() {
        put("a", 1);
        lookAt(1_000_000);
        lookAt(0);
        assertThat(lookAt(50)).containsExactly("a");
    }

    @Test
    void isIdleWhenNothingIsPending() {
        assertThat(settling.idle(at(0))).isEmpty();
    }
}
