package io.peakmesh.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.peakmesh.cli.mistake.Mistake;
import io.peakmesh.kube.folder.YamlFolder;
import io.peakmesh.model.Invalid;
import io.peakmesh.model.Invalid.Severity;
import io.peakmesh.model.Mesh;
import io.peakmesh.model.ServiceName;
import io.peakmesh.model.Settings;
import io.peakmesh.smi.index.Index;
import io.peakmesh.smi.object.ObjectEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each kind of bad input comes into the folder of a running mesh, and goes again. */
class LiveMistakesTest {
    private static final YamlFolder.Options QUICK =
            new YamlFolder.Options(
                    Duration.ofMillis(5),
                    Duration.ofMillis(20),
                    Duration.ofMillis(500),
                    Duration.ofMillis(50),
                    15,
                    false);

    @TempDir private Path folder = Path.of("");

    /** The index and the newest mesh; batches come from one thread at a time. */
    private static final class Running {
        private final Index index = new Index(Settings.byDefault());
        private volatile Mesh mesh = index.mesh();

        void take(List<ObjectEvent> events) {
            mesh = index.apply(events);
        }

        List<String> lines() {
            return mesh.problems().stream().map(LiveMistakesTest::line).toList();
        }
    }

    private static String line(Invalid problem) {
        return (problem.severity() == Severity.ERROR ? "× " : "‼ ") + problem;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.peakmesh.cli.mistake.Mistake#all")
    void theGoodStaysServedBesideTheMistakeAndTheProblemGoesWithIt(Mistake mistake)
            throws IOException {
        Mistake.writeGood(folder);
        Running running = new Running();
        try (YamlFolder watched =
                YamlFolder.open(folder, InstantSource.system(), running::take, QUICK)) {
            assertThat(watched).isNotNull();
            Mesh before = running.mesh;
            assertThat(before.problems()).isEmpty();
            assertThat(before.splits()).hasSize(1);
            assertThat(before.targets()).hasSize(1);
            assertThat(before.workloads()).hasSize(2);

            mistake.write(folder);
            await().untilAsserted(() -> assertThat(running.lines()).isEqualTo(mistake.lines()));
            assertThat(running.mesh.namespaces()).containsAllEntriesOf(before.namespaces());
            assertThat(running.mesh.services()).containsAllEntriesOf(before.services());
            assertThat(running.mesh.endpoints()).containsAllEntriesOf(before.endpoints());
            assertThat(running.mesh.workloads()).containsAllEntriesOf(before.workloads());
            assertThat(running.mesh.splits()).containsAllEntriesOf(before.splits());
            assertThat(running.mesh.targets()).containsAllEntriesOf(before.targets());
            assertThat(running.mesh.addresses()).containsAllEntriesOf(before.addresses());

            Files.delete(mistake.in(folder));
            await().untilAsserted(() -> assertThat(running.lines()).isEmpty());
            assertThat(content(running.mesh)).isEqualTo(content(before));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.peakmesh.cli.mistake.Mistake#ofTexts")
    void aFileThatCannotBeReadAnyMoreKeepsItsLastGoodVersion(Mistake mistake) throws IOException {
        Mistake.writeGood(folder);
        Files.writeString(
                mistake.in(folder),
                "{\"apiVersion\": \"v1\", \"kind\": \"Service\", \"metadata\": {\"name\": \"kept\","
                        + " \"namespace\": \"shop\"}, \"spec\": {\"ports\": [{\"port\": 80}]}}\n");
        Running running = new Running();
        try (YamlFolder watched =
                YamlFolder.open(folder, InstantSource.system(), running::take, QUICK)) {
            assertThat(watched).isNotNull();
            Mesh before = running.mesh;
            assertThat(before.problems()).isEmpty();

            mistake.write(folder);
            await().untilAsserted(() -> assertThat(running.lines()).isEqualTo(mistake.lines()));
            assertThat(running.mesh.services())
                    .isEqualTo(before.services())
                    .containsKey(new ServiceName("shop", "kept"));
            assertThat(running.mesh.splits()).isEqualTo(before.splits());
            assertThat(running.mesh.targets()).isEqualTo(before.targets());
        }
    }

    private static Mesh content(Mesh mesh) {
        return new Mesh(
                0,
                mesh.settings(),
                mesh.namespaces(),
                mesh.services(),
                mesh.endpoints(),
                mesh.workloads(),
                mesh.splits(),
                mesh.targets(),
                mesh.addresses(),
                mesh.problems());
    }
}
