package io.peakmesh.smi.index;

import io.peakmesh.model.Mesh;
import io.peakmesh.model.Settings;
import io.peakmesh.smi.object.ObjectEvent;
import java.util.List;

/** Holds every object that is known and derives the mesh from them. Confined to one thread. */
public final class Index {
    private final Mesh mesh;

    public Index(Settings settings) {
        this.mesh = Mesh.empty(settings);
    }

    /**
     * Takes the events in order and returns the mesh after them: the same instance if it is equal.
     */
    public Mesh apply(List<ObjectEvent> events) {
        return mesh;
    }

    /** The newest mesh. */
    public Mesh mesh() {
        return mesh;
    }
}
