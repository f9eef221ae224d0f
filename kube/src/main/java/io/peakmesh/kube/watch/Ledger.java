package io.peakmesh.kube.watch;

import io.peakmesh.kube.reader.ObjectReader;
import io.peakmesh.model.Invalid;
import io.peakmesh.smi.object.MeshObject;
import io.peakmesh.smi.object.ObjectEvent;
import io.peakmesh.smi.object.ObjectKey;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one kind's objects, and what is new in what the API server says of them. It
 * holds no object of its own: the decoded one is the same that the index holds.
 *
 * <p>Resource versions are compared as numbers where both are numbers. In a watch what is older
 * than what is known is not taken; a list is always taken as it is, for after a restore of etcd
 * versions begin again at an earlier one. Confined to one thread.
 */
final class Ledger {
    /** How many deleted objects are remembered against late news of them. */
    private static final int MAX_GRAVES = 1_024;

    /**
     * One object.
     *
     * @param version its resourceVersion, -1 if it is no number
     * @param object the last usable state of it, null if it never had one
     */
    private record Entry(
            String uid, long version, @Nullable MeshObject object, List<Invalid> problems) {}

    private final WatchedKind kind;
    private final Map<ObjectKey, Entry> entries = new HashMap<>();
    private final Set<ObjectKey> listed = new HashSet<>();
    private final Map<ObjectKey, Long> graves = new LinkedHashMap<>();
    private List<ObjectEvent> events = new ArrayList<>();
    private int objects;
    private int unreadable;

    Ledger(WatchedKind kind) {
        this.kind = kind;
    }

    /** What is new since the last call. */
    List<ObjectEvent> take() {
        List<ObjectEvent> taken = events;
        events = new ArrayList<>();
        return taken;
    }

    /** How many objects are in force. */
    int objects() {
        return objects;
    }

    /** How many objects have a version that cannot be used. */
    int unreadable() {
        return unreadable;
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    private void count(@Nullable Entry entry, int by) {
        if (entry == null) {
            return;
        }
        objects += entry.object() == null ? 0 : by;
        boolean failed =
                entry.problems().stream().anyMatch(p -> p.severity() == Invalid.Severity.ERROR);
        unreadable += failed ? by : 0;
    }

    /** A list begins, or begins again. */
    void beginList() {
        listed.clear();
    }

    /** One object of the list. */
    void listed(Map<String, @Nullable Object> tree) throws IOException {
        ObjectKey key = key(tree);
        listed.add(key);
        put(key, tree);
    }

    /** The list was complete: what was not in it is gone. */
    void endList() {
        List<ObjectKey> gone = new ArrayList<>(entries.keySet());
        gone.removeAll(listed);
        gone.forEach(this::drop);
        listed.clear();
        graves.clear();
    }

    /** An object that a watch says is new or changed. */
    void applied(Map<String, @Nullable Object> tree) throws IOException {
        ObjectKey key = key(tree);
        long version = version(tree);
        Entry held = entries.get(key);
        boolean late =
                held == null
                        ? older(version, graves.getOrDefault(key, -1L) + 1)
                        : older(version, held.version());
        if (!late) {
            graves.remove(key);
            put(key, tree);
        }
    }

    /** An object that a watch says is gone. */
    void deleted(Map<String, @Nullable Object> tree) throws IOException {
        ObjectKey key = key(tree);
        long version = version(tree);
        Entry held = entries.get(key);
        if (held != null && older(version, held.version())) {
            return;
        }
        graves.merge(key, version, Math::max);
        if (graves.size() > MAX_GRAVES) {
            graves.remove(graves.keySet().iterator().next());
        }
        drop(key);
    }

    private static boolean older(long version, long known) {
        return version >= 0 && known >= 0 && version < known;
    }

    private void drop(ObjectKey key) {
        Entry gone = entries.remove(key);
        if (gone == null) {
            return;
        }
        count(gone, -1);
        if (gone.object() != null) {
            events.add(new ObjectEvent.Deleted(key));
        }
        tell(key, gone.problems(), List.of());
    }

    private void put(ObjectKey key, Map<String, @Nullable Object> tree) throws IOException {
        tree.put("apiVersion", kind.apiVersion());
        tree.put("kind", kind.kind());
        Entry held = entries.get(key);
        String uid = text(tree, "uid");
        if (held != null && !held.uid().equals(uid)) {
            // Another object of the same name: nothing of the first one may stay in force.
            if (held.object() != null) {
                events.add(new ObjectEvent.Deleted(key));
            }
            held = new Entry(uid, -1, null, held.problems());
        }
        ObjectReader.Decoded decoded = ObjectReader.read(tree);
        MeshObject before = held == null ? null : held.object();
        // The state before stays if nothing that is read has changed, or if the new one is
        // unusable.
        Optional<MeshObject> changed = decoded.object().filter(now -> !now.equals(before));
        changed.ifPresent(now -> events.add(new ObjectEvent.Applied(now)));
        MeshObject after = changed.orElse(before);
        tell(key, held == null ? List.of() : held.problems(), decoded.problems());
        String known = held == null ? uid : held.uid();
        Entry entry = new Entry(known, version(tree), after, decoded.problems());
        count(entries.put(key, entry), -1);
        count(entry, 1);
    }

    private void tell(ObjectKey key, List<Invalid> before, List<Invalid> now) {
        if (!before.equals(now)) {
            events.add(new ObjectEvent.Unreadable(origin(key), now));
        }
    }

    private static String origin(ObjectKey key) {
        String path = key.namespace().isEmpty() ? key.name() : key.namespace() + "/" + key.name();
        return key.kind() + " " + path;
    }

    private ObjectKey key(Map<String, @Nullable Object> tree) throws IOException {
        String name = text(tree, "name");
        if (name.isEmpty()) {
            throw new IOException("an object without a name");
        }
        return new ObjectKey(kind.kind(), text(tree, "namespace"), name);
    }

    private static String text(Map<String, @Nullable Object> tree, String field) {
        return tree.get("metadata") instanceof Map<?, ?> metadata
                        && metadata.get(field) instanceof String text
                ? text
                : "";
    }

    /** The object's resourceVersion as it came. */
    static String resourceVersion(Map<String, @Nullable Object> tree) {
        return text(tree, "resourceVersion");
    }

    private static long version(Map<String, @Nullable Object> tree) {
        return number(resourceVersion(tree)).orElse(-1);
    }

    /** A resourceVersion as a number, if it is one. */
    static OptionalLong number(String version) {
        boolean digits = !version.isEmpty() && version.length() <= 18;
        for (int i = 0; i < version.length() && digits; i++) {
            digits = version.charAt(i) >= '0' && version.charAt(i) <= '9';
        }
        return digits ? OptionalLong.of(Long.parseLong(version)) : OptionalLong.empty();
    }
}
