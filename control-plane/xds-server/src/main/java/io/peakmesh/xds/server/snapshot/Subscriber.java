package io.peakmesh.xds.server.snapshot;

/** Who is told when something it is subscribed to has changed; called on the graph's thread. */
public interface Subscriber {
    /** Only marks: the new content is read later, and several marks may come before that. */
    void changed(Derived what);
}
