package io.peakmesh.benchmarks.fanout;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.function.LongSupplier;

/** The folder of Kubernetes objects that the control plane reads. */
final class MeshFolder {
    /** No endpoint of a slice is out. */
    static final int NONE = -1;

    private final Plan plan;
    private final Path dir;
    private final Path beside;

    /**
     * @param beside on the same file system, outside the folder: where a file is written before it
     *     is renamed into place
     */
    MeshFolder(Plan plan, Path dir, Path beside) {
        this.plan = plan;
        this.dir = dir;
        this.beside = beside;
    }

    Path dir() {
        return dir;
    }

    void write() throws IOException {
        Files.createDirectories(dir);
        Files.writeString(dir.resolve("namespace.yaml"), Manifests.namespace());
        for (int service = 0; service < plan.services(); service++) {
            String name = plan.service(service);
            Files.writeString(dir.resolve(name + ".yaml"), Manifests.service(plan, service));
            Files.writeString(dir.resolve(name + "-pods.yaml"), Manifests.pods(plan, service));
            Files.writeString(sliceFile(service), Manifests.slice(plan, service, NONE));
        }
    }

    /**
     * Writes a service's EndpointSlice anew, with the endpoint at place {@code out} not ready, and
     * renames it into place.
     *
     * @return the nanosecond just before the rename
     */
    long replaceSlice(int service, int out, LongSupplier nanos) throws IOException {
        Path next = beside.resolve("next.yaml");
        Files.writeString(next, Manifests.slice(plan, service, out));
        long before = nanos.getAsLong();
        Files.move(next, sliceFile(service), StandardCopyOption.ATOMIC_MOVE);
        return before;
    }

    Path sliceFile(int service) {
        return dir.resolve(plan.service(service) + "-endpoints.yaml");
    }
}
