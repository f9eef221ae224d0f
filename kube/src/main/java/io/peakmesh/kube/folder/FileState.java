package io.peakmesh.kube.folder;

import io.peakmesh.kube.reader.ReadResult;
import io.peakmesh.model.Invalid;
import io.peakmesh.model.ObjectRef;
import io.peakmesh.smi.object.MeshObject;
import io.peakmesh.smi.object.ObjectKey;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What one file says, after all that it said before.
 *
 * @param hash of the bytes last read; empty when the file could not be read
 * @param objects what is in force if no other file says otherwise
 */
record FileState(
        String hash,
        SortedMap<ObjectKey, Kept> objects,
        List<Invalid> problems,
        SortedMap<String, Integer> skippedKinds) {
    private static final Set<String> CLUSTER_WIDE = Set.of("Namespace", "Node");

    private static final FileState EMPTY =
            new FileState("", new TreeMap<>(), List.of(), new TreeMap<>());

    /**
     * An object of a file.
     *
     * @param stale the file no longer says this, but what it says instead cannot be used
     */
    record Kept(MeshObject object, boolean stale) {}

    static FileState empty() {
        return EMPTY;
    }

    /** The file with new bytes: an object that is now wrong stays as it was. */
    FileState then(FileChange.Content content) {
        ReadResult result = content.result();
        List<Invalid> problems = new ArrayList<>(result.problems());
        SortedMap<ObjectKey, Kept> next = new TreeMap<>();
        for (MeshObject object : result.objects()) {
            if (next.putIfAbsent(object.key(), new Kept(object, false)) != null) {
                problems.add(
                        Invalid.error(
                                object.meta().ref(),
                                "",
                                "stands twice in this file: the first is used, remove one"));
            }
        }
        Set<ObjectKey> refused = new HashSet<>();
        boolean hidden = false;
        for (Invalid problem : result.problems()) {
            if (problem.severity() == Invalid.Severity.ERROR) {
                hidden |= !identified(problem.where());
                refused.add(keyOf(problem.where()));
            }
        }
        for (Map.Entry<ObjectKey, Kept> before : objects.entrySet()) {
            if (hidden || refused.contains(before.getKey())) {
                next.putIfAbsent(before.getKey(), new Kept(before.getValue().object(), true));
            }
        }
        return new FileState(content.hash(), next, List.copyOf(problems), result.skippedKinds());
    }

    /** The file while its bytes cannot be had: everything stays as it was. */
    FileState blocked(String path, String reason) {
        SortedMap<ObjectKey, Kept> next = new TreeMap<>();
        objects.forEach((key, kept) -> next.put(key, new Kept(kept.object(), true)));
        ObjectRef where = new ObjectRef("", "", "", path);
        return new FileState("", next, List.of(Invalid.error(where, "", reason)), skippedKinds);
    }

    /** Whether a problem says which object it is about; if not, it may be about any of the file. */
    private static boolean identified(ObjectRef where) {
        return !where.kind().isEmpty()
                && !where.name().isEmpty()
                && (!where.namespace().isEmpty() || CLUSTER_WIDE.contains(where.kind()));
    }

    private static ObjectKey keyOf(ObjectRef where) {
        return new ObjectKey(where.kind(), where.namespace(), where.name());
    }
}
