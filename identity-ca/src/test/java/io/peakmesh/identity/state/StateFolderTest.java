package io.peakmesh.identity.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peakmesh.identity.state.IdentityException.Category;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StateFolderTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

    @TempDir Path temporary;

    private Path dir() {
        return temporary.resolve("parent").resolve("state");
    }

    @Test
    void makesItsFolderAndFilesForTheOwnerOnly() throws Exception {
        StateFolder folder = StateFolder.open(dir(), NOW);
        folder.publish("a.pem", "text");

        assertThat(mode(dir())).isEqualTo("rwx------");
        assertThat(mode(dir().resolve("a.pem"))).isEqualTo("rw-------");
        assertThat(folder.read("a.pem")).contains("text");
        assertThat(folder.read("b.pem")).isEmpty();
    }

    @Test
    void neverReplacesAFile() {
        StateFolder folder = StateFolder.open(dir(), NOW);

        assertThat(folder.publish("a.pem", "first")).isTrue();
        assertThat(folder.publish("a.pem", "second")).isFalse();
        assertThat(folder.read("a.pem")).contains("first");
        assertThat(folder.names("")).containsExactly("a.pem");
    }

    @Test
    void refusesAFolderThatOthersMayEnter() throws Exception {
        Files.createDirectories(dir());
        Files.setPosixFilePermissions(dir(), PosixFilePermissions.fromString("rwxr-x---"));

        refuses(() -> StateFolder.open(dir(), NOW), dir() + ": others than its owner", "chmod 700");
    }

    @Test
    void refusesAFileThatOthersMayRead() throws Exception {
        StateFolder folder = StateFolder.open(dir(), NOW);
        folder.publish("a.pem", "text");
        Files.setPosixFilePermissions(
                dir().resolve("a.pem"), PosixFilePermissions.fromString("rw-r--r--"));

        refuses(() -> folder.read("a.pem"), "a.pem: others than its owner", "chmod 600");
    }

    @Test
    void refusesAFileWhereAFolderIsWanted() throws Exception {
        Files.createDirectories(dir().getParent());
        Files.writeString(dir(), "no folder");

        refuses(() -> StateFolder.open(dir(), NOW), "is not a folder");
    }

    @Test
    void refusesALinkInPlaceOfAFile() throws Exception {
        StateFolder folder = StateFolder.open(dir(), NOW);
        folder.publish("a.pem", "text");
        Files.createSymbolicLink(dir().resolve("b.pem"), dir().resolve("a.pem"));

        refuses(() -> folder.read("b.pem"), "is not a regular file");
    }

    @Test
    void refusesAFileThatIsTooLargeToBeOurs() {
        StateFolder folder = StateFolder.open(dir(), NOW);
        folder.publish("a.pem", "x".repeat(State.MAX_BYTES + 1));

        refuses(() -> folder.read("a.pem"), "65537 bytes");
    }

    @Test
    void saysWhichFileCannotBeWritten() throws Exception {
        StateFolder folder = StateFolder.open(dir(), NOW);
        Files.delete(dir());

        assertThatThrownBy(() -> folder.publish("a.pem", "text"))
                .isInstanceOfSatisfying(
                        IdentityException.class,
                        e -> assertThat(e.category()).isEqualTo(Category.STATE_IO))
                .hasMessageContaining("cannot write " + dir().resolve("a.pem"));
    }

    @Test
    void clearsAwayAbandonedFilesButNotOnesBeingWritten() throws Exception {
        StateFolder.open(dir(), NOW);
        Path abandoned = Files.writeString(dir().resolve("a1.tmp"), "half");
        Path young = Files.writeString(dir().resolve("a2.tmp"), "half");
        Files.setLastModifiedTime(abandoned, FileTime.from(NOW.minus(Duration.ofMinutes(61))));
        Files.setLastModifiedTime(young, FileTime.from(NOW.minus(Duration.ofMinutes(59))));

        StateFolder folder = StateFolder.open(dir(), NOW);

        assertThat(abandoned).doesNotExist();
        assertThat(young).exists();
        assertThat(folder.names("")).isEmpty();
    }

    @Test
    void givesEachNumberToOneWriterOnly() throws Exception {
        StateFolder folder = StateFolder.open(dir(), NOW);
        NumberedFiles files = new NumberedFiles(folder, "n-", ".pem");
        List<Callable<Boolean>> writers =
                IntStream.range(0, 16)
                        .<Callable<Boolean>>mapToObj(
                                writer -> () -> folder.publish(files.name(7), "writer " + writer))
                        .toList();

        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            int won = 0;
            for (Future<Boolean> outcome : threads.invokeAll(writers)) {
                won += outcome.get() ? 1 : 0;
            }
            assertThat(won).isEqualTo(1);
        }
        assertThat(files.numbers()).containsExactly(7);
        assertThat(folder.names("")).containsExactly("n-00000007.pem");
    }

    @Test
    void passesOverFilesThatAreNotNumbered() throws Exception {
        StateFolder folder = StateFolder.open(dir(), NOW);
        for (String name : List.of("n-1.pem", "n-0000000x.pem", "n-00000002.pem.bak", "n-.pem")) {
            Files.writeString(dir().resolve(name), "?");
        }
        NumberedFiles files = new NumberedFiles(folder, "n-", ".pem");

        assertThat(files.numbers()).isEmpty();
        assertThat(files.newest()).isZero();
    }

    private static String mode(Path file) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    private static void refuses(ThrowingCallable action, String... parts) {
        assertThatThrownBy(action)
                .isInstanceOfSatisfying(
                        IdentityException.class,
                        e -> assertThat(e.category()).isEqualTo(Category.STATE_REFUSED))
                .hasMessageContainingAll(parts);
    }
}
