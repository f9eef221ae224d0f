package io.peakmesh.xds.server.snapshot;

import io.peakmesh.xds.translator.MeshView;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.function.Consumer;

/** Something computed from the mesh, with what it read and with those who want to know. */
public abstract sealed class Derived permits Entry, Names {
    private final Set<Subscriber> subscribers = Collections.newSetFromMap(new IdentityHashMap<>(2));
    private Set<MeshView.Read> reads = Set.of();

    Derived() {}

    Set<Subscriber> subscribers() {
        return subscribers;
    }

    /** Calls this for everyone who is subscribed; must not change who is. */
    public void eachSubscriber(Consumer<Subscriber> visit) {
        subscribers.forEach(visit);
    }

    Set<MeshView.Read> reads() {
        return reads;
    }

    void setReads(Set<MeshView.Read> reads) {
        this.reads = reads;
    }
}
