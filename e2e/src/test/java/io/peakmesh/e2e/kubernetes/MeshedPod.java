package io.peakmesh.e2e.kubernetes;

import io.fabric8.kubernetes.api.model.PodBuilder;
import io.peakmesh.e2e.real.Pod;
import io.peakmesh.e2e.real.Sidecar;
import io.peakmesh.e2e.real.app.HttpApp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * A pod with all its processes: an app that answers with the pod's name, and its sidecar.
 *
 * @param kube the pod as the cluster has it
 */
record MeshedPod(KubePod kube, HttpApp app, Sidecar sidecar) {
    /** Where its app listens. */
    static final int PORT = 8080;

    /** Starts one whose labels are also these; {@link #awaitReady} makes it an endpoint. */
    static MeshedPod start(KubeMesh mesh, Cluster cluster, Pod pod, Map<String, String> labels) {
        UnaryOperator<PodBuilder> labelled =
                builder -> builder.editMetadata().addToLabels(labels).endMetadata();
        KubePod kube = new KubePod(cluster, pod).shaped(labelled).start(false);
        try {
            HttpApp app = mesh.run(new HttpApp(pod.name(), KubeMesh.at(pod, PORT)));
            return new MeshedPod(kube, app, mesh.sidecar(kube));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until its sidecar takes traffic, and says as its kubelet would that it is ready. */
    MeshedPod awaitReady() {
        sidecar.awaitReady();
        kube.ready(true);
        return this;
    }

    Pod pod() {
        return kube.pod();
    }
}
