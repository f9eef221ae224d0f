package io.peakmesh.cli.run;

import io.peakmesh.cli.health.SourceHealth;
import io.peakmesh.identity.state.State;
import io.peakmesh.model.Mesh;
import io.peakmesh.smi.object.ObjectEvent;
import io.peakmesh.smi.status.JudgementChange;
import io.peakmesh.xds.server.peer.PeerAuthenticator;
import java.io.Closeable;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

/**
 * What a control plane lives in, a folder or a cluster: where its objects come from, where the CA's
 * keys are kept, who vouches for workloads, and what is written back.
 */
public interface Home extends Closeable {
    /** For people: the folder, or the API server's address. */
    String source();

    /** Where the certificate authority keeps its keys. */
    State state();

    /** DNS names that the servers' certificate bears besides the usual ones. */
    List<String> serverNames();

    /** Says whose a proxy's token is. */
    PeerAuthenticator authenticator();

    /**
     * Begins to hand objects over; returns once {@code sink} has been given the first complete
     * state. Everything else that {@code core} has is ready by then.
     */
    void open(Core core, Consumer<List<ObjectEvent>> sink) throws IOException;

    /** How the source is doing; may be asked from any thread, also before {@link #open}. */
    SourceHealth health();

    /** There is a next mesh, about to be published. Called on the mesh's thread: no waiting. */
    void meshChanged(Mesh mesh, List<JudgementChange> changes, Instant now);

    /** About a second has passed. Called on the mesh's thread: no waiting. */
    void tick(Mesh mesh, Instant now);

    /** About a minute has passed. Called on a thread of its own, so this may wait. */
    void refresh(Instant now) throws IOException;

    /**
     * The end has begun. Returns when new calls go elsewhere, if there is an elsewhere; what comes
     * until {@link #close} is answered.
     */
    void leave();
}
