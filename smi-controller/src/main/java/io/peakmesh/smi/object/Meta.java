package io.peakmesh.smi.object;

import io.peakmesh.model.ObjectRef;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * An object's metadata.
 *
 * @param generation which version of its spec this is (metadata.generation), 0 where the object
 *     does not say
 * @param created its creation time, empty where the object does not say (a hand-written file)
 */
public record Meta(
        ObjectRef ref,
        String uid,
        long generation,
        Optional<Instant> created,
        SortedMap<String, String> labels,
        SortedMap<String, String> annotations) {
    public Meta {
        labels = sealed(labels);
        annotations = sealed(annotations);
    }

    /** Of an object that does not count its generations. */
    public Meta(
            ObjectRef ref,
            String uid,
            Optional<Instant> created,
            SortedMap<String, String> labels,
            SortedMap<String, String> annotations) {
        this(ref, uid, 0, created, labels, annotations);
    }

    private static SortedMap<String, String> sealed(Map<String, String> map) {
        return Collections.unmodifiableSortedMap(new TreeMap<>(map));
    }

    public String namespace() {
        return ref.namespace();
    }

    public String name() {
        return ref.name();
    }
}
