package io.peakmesh.kube.folder;

import io.peakmesh.kube.folder.FileState.Kept;
import io.peakmesh.model.Invalid;
import io.peakmesh.model.ObjectRef;
import io.peakmesh.smi.object.MeshObject;
import io.peakmesh.smi.object.ObjectEvent;
import io.peakmesh.smi.object.ObjectKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The folder as a whole: from what became of its files to what became of its objects. Pure: what is
 * in force is a function of each file's own history, so the order in which different files change
 * never matters.
 *
 * <p>An object in two files is taken from the path that sorts first, and the other is reported; a
 * version that a file no longer says (kept because the newer one cannot be used) gives way to a
 * current one anywhere. Limit: {@value #MAX_OBJECTS} objects; those of the paths that sort last are
 * reported and not used.
 */
final class FolderState {
    static final int MAX_OBJECTS = 100_000;

    private final int maxObjects;
    private final TreeMap<String, FileState> files = new TreeMap<>();
    private SortedMap<ObjectKey, MeshObject> inForce = new TreeMap<>();
    private SortedMap<String, List<Invalid>> told = new TreeMap<>();

    FolderState() {
        this(MAX_OBJECTS);
    }

    FolderState(int maxObjects) {
        this.maxObjects = maxObjects;
    }

    /** Takes the changes as one step and returns what it changed: deletions, objects, problems. */
    List<ObjectEvent> apply(List<FileChange> changes) {
        for (FileChange change : changes) {
            FileState before = files.getOrDefault(change.path(), FileState.empty());
            switch (change) {
                case FileChange.Gone(String path) -> files.remove(path);
                case FileChange.Blocked(String path, String reason) ->
                        files.put(path, before.blocked(path, reason));
                case FileChange.Content content -> files.put(content.path(), before.then(content));
                case FileChange.Same _ -> {}
            }
        }
        SortedMap<String, List<Invalid>> problems = new TreeMap<>();
        files.forEach((path, file) -> addProblems(problems, path, file.problems()));
        SortedMap<ObjectKey, MeshObject> chosen = choose(problems);
        List<ObjectEvent> events = difference(chosen, problems);
        inForce = chosen;
        told = problems;
        return events;
    }

    /** The hash of the file's bytes last taken, empty if there are none. */
    String hash(String path) {
        FileState file = files.get(path);
        return file == null ? "" : file.hash();
    }

    /** Whether the file's bytes are those last taken. */
    boolean unchanged(FileChange change) {
        FileState file = files.get(change.path());
        return switch (change) {
            case FileChange.Same _ -> true;
            case FileChange.Gone ignored -> file == null;
            case FileChange.Blocked(String path, String reason) ->
                    file != null && file.equals(file.blocked(path, reason));
            case FileChange.Content content -> file != null && file.hash().equals(content.hash());
        };
    }

    /** Whether taking the change would lose or refuse something: worth a second look before. */
    boolean losesBy(FileChange change) {
        return switch (change) {
            case FileChange.Same _ -> false;
            case FileChange.Gone gone -> files.containsKey(gone.path());
            case FileChange.Blocked ignored -> true;
            case FileChange.Content content -> {
                FileState before = files.getOrDefault(content.path(), FileState.empty());
                FileState after = before.then(content);
                yield content.result().failed()
                        || !after.objects().keySet().containsAll(before.objects().keySet());
            }
        };
    }

    /** The objects in force, in the order of their keys. */
    List<MeshObject> objects() {
        return List.copyOf(inForce.values());
    }

    /** Every problem, by file. */
    List<Invalid> problems() {
        return told.values().stream().flatMap(List::stream).toList();
    }

    /** Kinds that the mesh has no use for, and how many objects of each. */
    SortedMap<String, Integer> skippedKinds() {
        SortedMap<String, Integer> sum = new TreeMap<>();
        files.values()
                .forEach(file ->
                        file.skippedKinds().forEach((k, n) -> sum.merge(k, n, Integer::sum)));
        return Collections.unmodifiableSortedMap(sum);
    }

    private SortedMap<ObjectKey, MeshObject> choose(SortedMap<String, List<Invalid>> problems) {
        Map<ObjectKey, String> winners = winners();
        SortedMap<ObjectKey, MeshObject> chosen = new TreeMap<>();
        for (Map.Entry<String, FileState> file : files.entrySet()) {
            String path = file.getKey();
            int unused = 0;
            for (Map.Entry<ObjectKey, Kept> entry : file.getValue().objects().entrySet()) {
                String winner = winners.getOrDefault(entry.getKey(), path);
                Kept kept = entry.getValue();
                if (!winner.equals(path)) {
                    if (!kept.stale()) {
                        addProblems(problems, path, List.of(duplicate(kept.object(), winner)));
                    }
                } else if (chosen.size() < maxObjects) {
                    chosen.put(entry.getKey(), kept.object());
                } else {
                    unused++;
                }
            }
            if (unused > 0) {
                addProblems(problems, path, List.of(tooMany(path, unused)));
            }
        }
        return chosen;
    }

    /** Which file each object is taken from. */
    private Map<ObjectKey, String> winners() {
        Map<ObjectKey, String> winners = new HashMap<>();
        for (boolean stale : new boolean[] {false, true}) {
            files.forEach((path, file) ->
                    file.objects()
                            .forEach((key, kept) -> {
                                if (kept.stale() == stale) {
                                    winners.putIfAbsent(key, path);
                                }
                            }));
        }
        return winners;
    }

    private static Invalid duplicate(MeshObject loser, String winner) {
        String reason = "stands in " + winner + " too, and that one is used: remove one of the two";
        return Invalid.error(loser.meta().ref(), "", reason);
    }

    private Invalid tooMany(String path, int unused) {
        String reason =
                "the folder holds more than "
                        + maxObjects
                        + " objects: "
                        + unused
                        + " of this file are not used";
        return Invalid.error(new ObjectRef("", "", "", path), "", reason);
    }

    private static void addProblems(
            SortedMap<String, List<Invalid>> problems, String path, List<Invalid> more) {
        if (!more.isEmpty()) {
            problems.computeIfAbsent(path, ignored -> new ArrayList<>()).addAll(more);
        }
    }

    private List<ObjectEvent> difference(
            SortedMap<ObjectKey, MeshObject> chosen, SortedMap<String, List<Invalid>> problems) {
        List<ObjectEvent> events = new ArrayList<>();
        for (ObjectKey key : inForce.keySet()) {
            if (!chosen.containsKey(key)) {
                events.add(new ObjectEvent.Deleted(key));
            }
        }
        chosen.forEach((key, object) -> {
            if (!object.equals(inForce.get(key))) {
                events.add(new ObjectEvent.Applied(object));
            }
        });
        for (String path : told.keySet()) {
            if (!problems.containsKey(path)) {
                events.add(new ObjectEvent.Unreadable(path, List.of()));
            }
        }
        problems.forEach((path, list) -> {
            if (!list.equals(told.get(path))) {
                events.add(new ObjectEvent.Unreadable(path, list));
            }
        });
        return events;
    }
}
