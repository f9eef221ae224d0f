package io.peakmesh.benchmarks.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

class MeshFolderTest {
    private final Plan plan = new Plan(12, 3, 2, 1);
    private final MeshFolder folder;

    MeshFolderTest(@TempDir Path dir) throws IOException {
        this.folder = new MeshFolder(plan, dir.resolve("mesh"), dir);
    }

    @BeforeEach
    void write() throws IOException {
        folder.write();
    }

    private Map<Path, String> files() throws IOException {
        Map<Path, String> files = new TreeMap<>();
        try (Stream<Path> list = Files.list(folder.dir())) {
            for (Path file : list.toList()) {
                files.put(file, Files.readString(file));
            }
        }
        return files;
    }

    private List<Map<?, ?>> objects(String kind) throws IOException {
        List<Map<?, ?>> objects = new ArrayList<>();
        for (String text : files().values()) {
            for (Object each : new Load(LoadSettings.builder().build()).loadAllFromString(text)) {
                if (each instanceof Map<?, ?> object && kind.equals(object.get("kind"))) {
                    objects.add(object);
                }
            }
        }
        return objects;
    }

    @Test
    void holdsEveryObjectOfThePlanInYamlThatCanBeRead() throws IOException {
        assertThat(objects("Namespace")).hasSize(1);
        assertThat(objects("Service")).hasSize(3);
        assertThat(objects("ServiceAccount")).hasSize(3);
        assertThat(objects("Pod")).hasSize(12);
        assertThat(objects("EndpointSlice"))
                .hasSize(3)
                .allSatisfy(slice -> assertThat((List<?>) slice.get("endpoints")).hasSize(2));
    }

    @Test
    void aChangeReplacesOneFileAndLeavesNothingElseBehind() throws IOException {
        Map<Path, String> before = files();

        long moment = folder.replaceSlice(1, 0, () -> 42);

        Map<Path, String> after = files();
        assertThat(moment).isEqualTo(42);
        assertThat(after.keySet()).isEqualTo(before.keySet());
        assertThat(after.get(folder.sliceFile(1)))
                .isNotEqualTo(before.get(folder.sliceFile(1)))
                .containsOnlyOnce("ready: false");
        after.remove(folder.sliceFile(1));
        assertThat(before).containsAllEntriesOf(after);
    }

    @Test
    void theNextChangeBringsTheFileBack() throws IOException {
        Map<Path, String> before = files();

        folder.replaceSlice(1, 0, () -> 1);
        folder.replaceSlice(1, MeshFolder.NONE, () -> 2);

        assertThat(files()).isEqualTo(before);
    }
}
