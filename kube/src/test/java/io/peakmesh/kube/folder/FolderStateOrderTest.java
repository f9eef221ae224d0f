package io.peakmesh.kube.folder;

import static io.peakmesh.kube.folder.Manifests.BROKEN;
import static io.peakmesh.kube.folder.Manifests.accounts;
import static io.peakmesh.kube.folder.Manifests.file;
import static io.peakmesh.kube.folder.Manifests.gone;
import static io.peakmesh.kube.folder.Manifests.invalid;
import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.model.Invalid;
import io.peakmesh.smi.object.MeshObject;
import io.peakmesh.smi.object.ObjectEvent;
import io.peakmesh.smi.object.ObjectKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Properties by seed; a failure names its seed, and {@code seeds()} with it alone replays it. */
class FolderStateOrderTest {
    private static final List<String> PATHS = List.of("a.yaml", "b.yaml", "c/d.json", "e.yml");

    static IntStream seeds() {
        return IntStream.range(0, 300);
    }

    /** What somebody who only hears the events believes. */
    private static final class Listener {
        final SortedMap<ObjectKey, MeshObject> objects = new TreeMap<>();
        final SortedMap<String, List<Invalid>> problems = new TreeMap<>();

        void hear(List<ObjectEvent> events) {
            for (ObjectEvent event : events) {
                switch (event) {
                    case ObjectEvent.Applied(MeshObject object) ->
                            objects.put(object.key(), object);
                    case ObjectEvent.Deleted(ObjectKey key) ->
                            assertThat(objects.remove(key)).isNotNull();
                    case ObjectEvent.Unreadable(var origin, var list) when list.isEmpty() ->
                            assertThat(problems.remove(origin)).isNotNull();
                    case ObjectEvent.Unreadable(var origin, var list) -> problems.put(origin, list);
                }
            }
        }
    }

    private static String good(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(4); i >= 0; i--) {
            text.append(accounts("" + random.nextInt(3), "x" + random.nextInt(5)));
        }
        return text.toString();
    }

    private static FileChange any(String path, Random random) {
        String yamlOnly = path.endsWith("json") ? "" : good(random);
        return switch (random.nextInt(8)) {
            case 0 -> gone(path);
            case 1 -> file(path, BROKEN);
            case 2 -> file(path, yamlOnly + "---\n" + BROKEN);
            case 3 -> file(path, yamlOnly + invalid("x" + random.nextInt(5)));
            case 4 -> new FileChange.Blocked(path, "cannot be read: trouble");
            default -> file(path, yamlOnly);
        };
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void theEventsAddUpToTheStateAndTheStateToOneReadFromScratch(int seed) {
        Random random = new Random(seed);
        FolderState state = new FolderState();
        Listener listener = new Listener();
        for (int step = 0; step < 30; step++) {
            List<FileChange> batch = new ArrayList<>();
            for (String path : PATHS) {
                if (random.nextInt(3) == 0) {
                    batch.add(any(path, random));
                }
            }
            listener.hear(state.apply(batch));
        }
        assertThat(listener.objects.values()).containsExactlyElementsOf(state.objects());

        List<FileChange> last = new ArrayList<>();
        for (String path : PATHS) {
            last.add(random.nextInt(4) == 0 ? gone(path) : file(path, good(random)));
        }
        listener.hear(state.apply(last));
        FolderState fresh = new FolderState();
        fresh.apply(last);

        assertThat(listener.objects.values()).containsExactlyElementsOf(fresh.objects());
        assertThat(listener.problems.values().stream().flatMap(List::stream))
                .containsExactlyElementsOf(fresh.problems());
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void theOrderInWhichDifferentFilesChangeDoesNotMatter(int seed) {
        Random random = new Random(seed);
        List<List<FileChange>> histories = new ArrayList<>();
        for (String path : PATHS) {
            List<FileChange> history = new ArrayList<>();
            for (int i = random.nextInt(5); i >= 0; i--) {
                history.add(any(path, random));
            }
            histories.add(history);
        }

        FolderState one = interleaved(histories, random);
        FolderState other = interleaved(histories, random);

        assertThat(one.objects()).containsExactlyElementsOf(other.objects());
        assertThat(one.problems()).containsExactlyElementsOf(other.problems());
    }

    private static FolderState interleaved(List<List<FileChange>> histories, Random random) {
        FolderState state = new FolderState();
        List<List<FileChange>> rest = new ArrayList<>();
        histories.forEach(history -> rest.add(new ArrayList<>(history)));
        while (!rest.isEmpty()) {
            List<FileChange> history = rest.get(random.nextInt(rest.size()));
            state.apply(List.of(history.removeFirst()));
            rest.removeIf(List::isEmpty);
        }
        return state;
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void anObjectThatStaysSomewhereIsNeverDeleted(int seed) {
        Random random = new Random(seed);
        FolderState state = new FolderState();
        String home = "a.yaml";
        state.apply(List.of(file(home, accounts("0", "x"))));
        for (int step = 0; step < 20; step++) {
            String next = PATHS.get(random.nextInt(2));
            List<FileChange> move = new ArrayList<>();
            if (!next.equals(home)) {
                move.add(random.nextBoolean() ? gone(home) : file(home, accounts("0", "y")));
            }
            move.add(random.nextInt(move.size() + 1), file(next, accounts("" + step, "x")));
            home = next;

            assertThat(state.apply(move))
                    .noneMatch(event ->
                            event instanceof ObjectEvent.Deleted deleted
                                    && deleted.key().name().equals("x"));
        }
    }
}
