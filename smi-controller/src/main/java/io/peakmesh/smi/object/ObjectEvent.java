package io.peakmesh.smi.object;

import io.peakmesh.model.Invalid;
import java.util.List;

/** What a source says happened. */
public sealed interface ObjectEvent {
    /** The object is new, or now looks like this. Saying the same again changes nothing. */
    record Applied(MeshObject object) implements ObjectEvent {}

    /** The object is gone. */
    record Deleted(ObjectKey key) implements ObjectEvent {}

    /**
     * What could not be read in one place (a file): replaces whatever was said of that place
     * before; an empty list clears it. Objects read from there before stay in force until deleted.
     */
    record Unreadable(String origin, List<Invalid> problems) implements ObjectEvent {
        public Unreadable {
            problems = List.copyOf(problems);
        }
    }
}
