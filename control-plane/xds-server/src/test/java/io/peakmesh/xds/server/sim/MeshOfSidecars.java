package io.peakmesh.xds.server.sim;

import io.peakmesh.model.Mesh;
import io.peakmesh.xds.server.Meshes;
import io.peakmesh.xds.server.delta.Limits;
import io.peakmesh.xds.server.delta.Proxies;
import io.peakmesh.xds.server.snapshot.ResourceGraph;
import io.peakmesh.xds.translator.Translator;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A server's core and the sidecars at it, without threads, network and time. */
final class MeshOfSidecars {
    final Meshes meshes = new Meshes();
    private final Translator translator;
    private final Limits limits;
    private final List<Sidecar> sidecars = new ArrayList<>();
    Proxies proxies;
    private Mesh mesh = meshes.next();
    private Instant now = Instant.EPOCH;
    private long streams;

    MeshOfSidecars(Translator translator) {
        this(translator, Limits.byDefault());
    }

    MeshOfSidecars(Translator translator, Limits limits) {
        this.translator = translator;
        this.limits = limits;
        this.proxies = server();
    }

    private Proxies server() {
        ResourceGraph graph =
                new ResourceGraph(translator, Mesh.empty(mesh.settings()), (what, e) -> {});
        return new Proxies(graph, limits);
    }

    /** Another server takes over, which knows nothing but the mesh; nobody is connected to it. */
    void restart() {
        proxies = server();
        proxies.publish(mesh, now);
    }

    /** A sidecar of the service account {@code default}. */
    Sidecar connect(String workload, String uid) {
        return connect(workload, uid, "default");
    }

    Sidecar connect(String workload, String uid, String account) {
        Sidecar sidecar = new Sidecar(this, workload, uid, account);
        sidecars.add(sidecar);
        sidecar.connect();
        return sidecar;
    }

    /** One that answers nothing. */
    void connectSilently(String workload, String uid) {
        Sidecar sidecar = new Sidecar(this, workload, uid, "default");
        sidecar.becomeSilent();
        sidecars.add(sidecar);
        sidecar.connect();
    }

    /** One that sees no effect of what others do: for crowds. */
    Sidecar connectAlone(String workload, String uid, String account) {
        Sidecar sidecar = new Sidecar(this, workload, uid, account);
        sidecar.take(sidecar.begin());
        return sidecar;
    }

    long nextStream() {
        return ++streams;
    }

    Instant now() {
        return now;
    }

    void publish() {
        mesh = meshes.next();
        give(proxies.publish(mesh, now));
    }

    void pass(Duration time) {
        now = now.plus(time);
        give(proxies.tick(now));
    }

    /** Everyone takes what is for them. */
    void give(List<Proxies.Out> outs) {
        List.copyOf(sidecars).forEach(sidecar -> sidecar.take(outs));
    }
}
