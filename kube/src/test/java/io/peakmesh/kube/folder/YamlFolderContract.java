package io.peakmesh.kube.folder;

import static io.peakmesh.kube.folder.Manifests.BROKEN;
import static io.peakmesh.kube.folder.Manifests.accounts;
import static io.peakmesh.kube.folder.Manifests.words;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.peakmesh.kube.folder.YamlFolder.Options;
import io.peakmesh.smi.object.MeshObject;
import io.peakmesh.smi.object.ObjectEvent;
import io.peakmesh.smi.object.ObjectKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real folder, real edits. Each way of watching is a class that runs all of it. */
abstract class YamlFolderContract {
    private final Options options;
    private final List<List<String>> batches = new CopyOnWriteArrayList<>();
    private final Map<ObjectKey, MeshObject> objects = new ConcurrentSkipListMap<>();
    private final List<YamlFolder> opened = new ArrayList<>();
    @TempDir Path folder;

    YamlFolderContract(Options options) {
        this.options = options;
    }

    static Options options(Duration rescan, boolean pollOnly) {
        return new Options(
                Duration.ofMillis(40),
                Duration.ofMillis(250),
                Duration.ofSeconds(5),
                rescan,
                5,
                pollOnly);
    }

    @AfterEach
    void close() throws IOException {
        for (YamlFolder one : opened) {
            one.close();
        }
    }

    private YamlFolder open() throws IOException {
        return open(options);
    }

    private YamlFolder open(Options with) throws IOException {
        YamlFolder one = YamlFolder.open(folder, InstantSource.system(), this::hear, with);
        opened.add(one);
        return one;
    }

    private void hear(List<ObjectEvent> events) {
        batches.add(words(events));
        for (ObjectEvent event : events) {
            switch (event) {
                case ObjectEvent.Applied(MeshObject object) -> objects.put(object.key(), object);
                case ObjectEvent.Deleted(ObjectKey key) -> objects.remove(key);
                case ObjectEvent.Unreadable ignored -> {}
            }
        }
    }

    private Path write(String path, String text) throws IOException {
        Path file = folder.resolve(path);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    /** Waits for one batch after the first and checks that it says exactly this. */
    private void expect(String... words) {
        await().untilAsserted(() -> assertThat(batches).isNotEmpty());
        assertThat(batches.removeFirst()).containsExactlyInAnyOrder(words);
    }

    @Test
    void theWholeFolderIsTheFirstBatchBeforeOpenReturns() throws IOException {
        write("b.yaml", accounts("1", "b"));
        write("deep/er/a.yml", accounts("1", "a"));
        write(
                "c.json",
                "{\"apiVersion\": \"v1\", \"kind\": \"Namespace\", \"metadata\": {\"name\": \"c\"}}");
        write("broken.yaml", BROKEN);
        write(".hidden.yaml", accounts("1", "no"));
        write(".git/x.yaml", accounts("1", "no"));
        write("#x.yaml#", accounts("1", "no"));
        write("x.yaml~", accounts("1", "no"));
        write(".x.yaml.swp", accounts("1", "no"));
        write("README.md", "no");

        open();

        assertThat(batches).hasSize(1);
        expect("+c=@c.json", "+a=1@deep/er/a.yml", "+b=1@b.yaml", "!broken.yaml: 1");
    }

    @Test
    void anEmptyFolderIsAnEmptyBatchAndAMissingOneAnError() throws IOException {
        open();

        expect();
        Path missing = folder.resolve("missing");
        assertThatThrownBy(() -> YamlFolder.open(missing, InstantSource.system(), events -> {}))
                .isInstanceOf(NotDirectoryException.class);
    }

    @Test
    void filesAreCreatedEditedReplacedRenamedAndDeleted() throws IOException {
        open();
        expect();

        Path file = write("a.yaml", accounts("1", "a"));
        expect("+a=1@a.yaml");
        write("a.yaml", accounts("2", "a"));
        expect("+a=2@a.yaml");
        Path draft = write("draft.tmp", accounts("3", "a"));
        Files.move(draft, file, ATOMIC_MOVE);
        expect("+a=3@a.yaml");
        Files.move(file, folder.resolve("z.yaml"), ATOMIC_MOVE);
        expect("+a=3@z.yaml");
        Files.delete(folder.resolve("z.yaml"));
        expect("-a");
    }

    @Test
    void newFoldersAreWatchedAndRemovedOnesForgotten() throws IOException {
        open();
        expect();

        write("new/folder/a.yaml", accounts("1", "a"));
        expect("+a=1@new/folder/a.yaml");
        write("new/folder/a.yaml", accounts("2", "a"));
        expect("+a=2@new/folder/a.yaml");
        Files.delete(folder.resolve("new/folder/a.yaml"));
        Files.delete(folder.resolve("new/folder"));
        expect("-a");
    }

    @Test
    void aHalfWrittenFileIsNeitherReportedNorTaken() throws IOException {
        Path file = write("a.yaml", accounts("1", "a", "b"));
        Duration calm = options.calm();
        Duration minute = Duration.ofMinutes(1);
        open(new Options(calm, minute, minute, options.rescan(), 5, options.pollOnly()));
        expect("+a=1@a.yaml", "+b=1@a.yaml");

        Files.writeString(file, "", StandardOpenOption.TRUNCATE_EXISTING);
        Files.writeString(file, "---\n{apiVersion: v1, kind: Serv", StandardOpenOption.APPEND);
        Files.writeString(file, accounts("2", "a", "b"), StandardOpenOption.TRUNCATE_EXISTING);

        expect("+a=2@a.yaml", "+b=2@a.yaml");
    }

    @Test
    void aBrokenFileIsReportedOnceAndKeepsWhatItHeld() throws IOException {
        write("a.yaml", accounts("1", "a"));
        write("b.yaml", accounts("1", "b"));
        open();
        expect("+a=1@a.yaml", "+b=1@b.yaml");

        write("a.yaml", BROKEN);
        expect("!a.yaml: 1");
        write("b.yaml", accounts("2", "b"));
        expect("+b=2@b.yaml");
        write("a.yaml", accounts("2", "a"));
        expect("+a=2@a.yaml", "!a.yaml: 0");
    }

    @Test
    void aConfigMapMountIsSwappedInOneStep() throws IOException {
        write("..1/a.yaml", accounts("1", "a"));
        write("..2/a.yaml", accounts("2", "a"));
        Files.createSymbolicLink(folder.resolve("..data"), Path.of("..1"));
        Files.createSymbolicLink(folder.resolve("a.yaml"), Path.of("..data/a.yaml"));
        open();
        expect("+a=1@a.yaml");

        Files.createSymbolicLink(folder.resolve("..data_tmp"), Path.of("..2"));
        Files.move(folder.resolve("..data_tmp"), folder.resolve("..data"), ATOMIC_MOVE);
        expect("+a=2@a.yaml");
    }

    @Test
    void anEditThatKeepsSizeAndTimeIsFound() throws IOException {
        Path file = write("a.yaml", accounts("1", "a"));
        FileTime time = Files.getLastModifiedTime(file);
        open();
        expect("+a=1@a.yaml");

        Files.writeString(file, accounts("2", "a"));
        Files.setLastModifiedTime(file, time);
        expect("+a=2@a.yaml");
    }

    @Test
    void linksToNothingAndInCirclesAreReportedAndStopNothing() throws IOException {
        Files.createSymbolicLink(folder.resolve("nothing.yaml"), Path.of("missing.yaml"));
        Files.createSymbolicLink(folder.resolve("circle"), Path.of("."));
        write("a.yaml", accounts("1", "a"));

        open();

        expect("+a=1@a.yaml", "!circle: 1", "!nothing.yaml: 1");
    }

    @Test
    void whenTheFolderItselfGoesWhatItHeldStays() throws IOException {
        Path file = write("a.yaml", accounts("1", "a"));
        open();
        expect("+a=1@a.yaml");

        Path away = folder.resolveSibling(folder.getFileName() + "-away");
        Files.move(folder, away);
        wake(away);
        expect("!.: 1");
        Files.move(away, folder);
        Files.writeString(file, accounts("2", "a"));
        // nothing watches a folder that was away: the next look finds it
        await().untilAsserted(() -> {
            wake(folder);
            assertThat(batches.stream().flatMap(List::stream)).contains("+a=2@a.yaml", "!.: 0");
        });
    }

    /** A moved folder is still watched by its inode: any event there brings the next look. */
    private static void wake(Path moved) throws IOException {
        Files.writeString(moved.resolve("wake.txt"), "");
    }

    @Test
    void anyEditsEndInWhatTheFolderHolds() throws IOException {
        open();
        Random random = new Random(11);
        for (int edit = 0; edit < 300; edit++) {
            Path file = folder.resolve(random.nextInt(3) + "/" + random.nextInt(4) + ".yaml");
            Files.createDirectories(file.getParent());
            String text = accounts("" + edit, "x" + random.nextInt(6), "y" + random.nextInt(6));
            switch (random.nextInt(5)) {
                case 0 -> Files.deleteIfExists(file);
                case 1 -> Files.writeString(file, BROKEN);
                case 2 -> Files.move(write("draft", text), file, REPLACE_EXISTING);
                default -> Files.writeString(file, text);
            }
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.filter(path -> path.toString().endsWith(".yaml")).toList()) {
                Files.writeString(file, accounts("end", "z" + random.nextInt(6)));
            }
        }

        List<MeshObject> expected = YamlFolder.read(List.of(folder)).objects();
        await().untilAsserted(() ->
                assertThat(objects.values()).containsExactlyInAnyOrderElementsOf(expected));
    }

    @Test
    void noBatchComesAfterClose() throws IOException {
        YamlFolder one = open();
        expect();
        one.close();

        write("a.yaml", accounts("1", "a"));
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().equals("yaml-folder"));
        assertThat(batches).isEmpty();
    }

    @Test
    void filesAndFoldersAreReadOnceForValidation() throws IOException {
        write("a.yaml", accounts("1", "a") + "---\nkind: Deployment\n");
        Path other = write("sub/b.yaml", accounts("1", "a", "b"));

        FolderReading all = YamlFolder.read(List.of(folder));
        assertThat(all.files()).isEqualTo(2);
        assertThat(all.objects().stream().map(Manifests::object))
                .containsExactly("a=1@a.yaml", "b=1@sub/b.yaml");
        assertThat(all.problems())
                .singleElement()
                .asString()
                .isEqualTo(
                        "sub/b.yaml: ServiceAccount default/a: stands in a.yaml too, and that one"
                                + " is used: remove one of the two");
        assertThat(all.skippedKinds()).containsOnly(Map.entry("Deployment", 1));
        assertThat(YamlFolder.read(List.of(other)).objects()).hasSize(2);
        Files.createSymbolicLink(folder.resolve("nothing.yaml"), Path.of("missing.yaml"));
        List<Path> missing = List.of(Path.of("missing.yaml"), folder.resolve("nothing.yaml"));
        assertThat(YamlFolder.read(missing).problems().stream().map(Object::toString))
                .containsExactly(
                        folder + "/nothing.yaml: cannot be read: there is no such file",
                        "missing.yaml: cannot be read: there is no such file");
    }
}
