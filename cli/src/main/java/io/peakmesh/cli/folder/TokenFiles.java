package io.peakmesh.cli.folder;

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
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Standalone's stand-in for the kubelet's projected tokens: for every meshed workload a file {@code
 * tokens/<namespace>/<name>/token} under the state folder, mode 0600, replaced by rename at half of
 * its life, and removed with the workload. Confined to one thread.
 */
final class TokenFiles {
    private static final Logger LOG = LoggerFactory.getLogger(TokenFiles.class);
    private static final String UNFINISHED = ".token";

    private final Path root;
    private final Duration ttl;
    private final Minter minter;
    private final Map<WorkloadName, Written> written = new HashMap<>();
    private boolean swept;

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

    /**
     * Makes the files right for this mesh at this time. A file that cannot be written stops no
     * other: the first such failure is thrown at the end, and the next call tries them again.
     */
    void bring(Mesh mesh, Instant now) throws IOException {
        if (!swept) {
            findThoseOfAnEarlierRun();
            swept = true;
        }
        Optional<IOException> failure = Optional.empty();
        for (Workload workload : mesh.workloads().values()) {
            Written old = written.get(workload.name());
            boolean due =
                    old == null
                            || !old.uid().equals(workload.uid())
                            || !now.isBefore(old.renewAt());
            if (workload.proxy().meshed() && due) {
                try {
                    mint(workload, now);
                    written.put(
                            workload.name(),
                            new Written(workload.uid(), now.plus(ttl.dividedBy(2))));
                } catch (IOException e) {
                    failure = failure.or(() -> Optional.of(e));
                }
            }
        }
        for (WorkloadName name : Map.copyOf(written).keySet()) {
            Workload workload = mesh.workloads().get(name);
            if (workload == null || !workload.proxy().meshed()) {
                try {
                    remove(name);
                    written.remove(name);
                } catch (IOException e) {
                    failure = failure.or(() -> Optional.of(e));
                }
            }
        }
        if (failure.isPresent()) {
            throw failure.get();
        }
    }

    /** A workload whose identity cannot stand in a certificate gets no token; the others do. */
    private void mint(Workload workload, Instant now) throws IOException {
        try {
            write(file(workload.name()), minter.mint(workload, ttl, now));
        } catch (IllegalArgumentException unusable) {
            LOG.warn("no token: workload={} reason=\"{}\"", workload.name(), unusable.getMessage());
            remove(workload.name());
        }
    }

    /** Their workloads may be gone by now; those that are not get a new token at once. */
    private void findThoseOfAnEarlierRun() throws IOException {
        if (!Files.isDirectory(root)) {
            return;
        }
        try (Stream<Path> pods = Files.find(root, 2, (path, a) -> a.isDirectory())) {
            pods.map(root::relativize)
                    .filter(path -> path.getNameCount() == 2)
                    .map(path -> new WorkloadName("" + path.getName(0), "" + path.getName(1)))
                    .forEach(name -> written.put(name, new Written("", Instant.MIN)));
        }
    }

    private void remove(WorkloadName name) throws IOException {
        Path file = file(name);
        Files.deleteIfExists(file);
        Files.deleteIfExists(file.resolveSibling(UNFINISHED));
        Files.deleteIfExists(file.getParent());
    }

    private Path file(WorkloadName name) {
        return root.resolve(name.namespace()).resolve(name.name()).resolve("token");
    }

    private static void write(Path file, String token) throws IOException {
        Files.createDirectories(
                file.getParent(),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path beside = file.resolveSibling(UNFINISHED);
        Files.deleteIfExists(beside);
        Files.createFile(
                beside,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(beside, token);
        Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
