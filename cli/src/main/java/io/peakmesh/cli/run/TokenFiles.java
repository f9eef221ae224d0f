package io.peakmesh.cli.run;

import io.peakmesh.model.Mesh;
import io.peakmesh.model.Workload;
import io.peakmesh.model.WorkloadName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Standalone's stand-in for the kubelet's projected tokens: for every meshed workload a file {@code
 * tokens/<namespace>/<name>/token} under the state folder, mode 0600, replaced by rename at half of
 * its life, and removed with the workload. Confined to one thread.
 */
final class TokenFiles {
    private static final Logger LOG = LoggerFactory.getLogger(TokenFiles.class);

    private final Path root;
    private final Duration ttl;
    private final Minter minter;
    private final Map<WorkloadName, Written> written = new HashMap<>();

    /** Signs a token for one workload. */
    interface Minter {
        String mint(Workload workload, Duration ttl, Instant now);
    }

    private record Written(String uid, Instant renewAt) {}

    TokenFiles(Path state, Duration ttl, Minter minter) {
        this.root = state.resolve("tokens");
        this.ttl = ttl;
        this.minter = minter;
    }

    /** Makes the files right for this mesh at this time. */
    void bring(Mesh mesh, Instant now) throws IOException {
        for (Workload workload : mesh.workloads().values()) {
            if (!workload.proxy().meshed()) {
                continue;
            }
            Written old = written.get(workload.name());
            if (old == null || !old.uid().equals(workload.uid()) || !now.isBefore(old.renewAt())) {
                mint(workload, now);
                written.put(
                        workload.name(), new Written(workload.uid(), now.plus(ttl.dividedBy(2))));
            }
        }
        for (WorkloadName name : Map.copyOf(written).keySet()) {
            Workload workload = mesh.workloads().get(name);
            if (workload == null || !workload.proxy().meshed()) {
                Files.deleteIfExists(file(name));
                Files.deleteIfExists(file(name).getParent());
                written.remove(name);
            }
        }
    }

    /** A workload whose identity cannot stand in a certificate gets no token; the others do. */
    private void mint(Workload workload, Instant now) throws IOException {
        try {
            write(file(workload.name()), minter.mint(workload, ttl, now));
        } catch (IllegalArgumentException unusable) {
            LOG.warn("no token: workload={} reason=\"{}\"", workload.name(), unusable.getMessage());
        }
    }

    private Path file(WorkloadName name) {
        return root.resolve(name.namespace()).resolve(name.name()).resolve("token");
    }

    private static void write(Path file, String token) throws IOException {
        Files.createDirectories(
                file.getParent(),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path beside = file.resolveSibling(".token");
        Files.deleteIfExists(beside);
        Files.createFile(
                beside,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(beside, token);
        Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
