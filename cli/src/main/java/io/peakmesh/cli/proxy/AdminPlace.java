package io.peakmesh.cli.proxy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.peakmesh.cli.terminal.CliException;
import io.peakmesh.cli.terminal.HostPort;
import io.peakmesh.model.WorkloadName;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Where the admin interface of a proxy on this machine listens, as a file {@code
 * proxies/<namespace>/<name>.json} (mode 0600) of the state folder. A proxy that crashes leaves its
 * file; the next one of the same workload replaces it.
 */
public final class AdminPlace implements Closeable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;
    private final String content;

    private AdminPlace(Path file, String content) {
        this.file = file;
        this.content = content;
    }

    /** Tells it; closing takes it back, unless a later proxy of the workload has told its own. */
    public static AdminPlace tell(Path state, WorkloadName workload, HostPort admin)
            throws IOException {
        Path file = file(state, workload);
        Files.createDirectories(file.getParent(), mode("rwx------"));
        ObjectNode told = JSON.createObjectNode();
        told.put("admin", "" + admin);
        told.put("pid", ProcessHandle.current().pid());
        Path beside = Files.createTempFile(file.getParent(), ".admin", "", mode("rw-------"));
        Files.writeString(beside, told.toString());
        Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
        return new AdminPlace(file, told.toString());
    }

    /** Looks it up; throws CliException if no proxy of this workload told it. */
    public static HostPort find(Path state, WorkloadName workload) {
        Path file = file(state, workload);
        try {
            JsonNode told = JSON.readTree(Files.readString(file));
            return new HostPort.Converter().convert(told.path("admin").asText());
        } catch (JsonProcessingException | RuntimeException e) {
            throw new CliException(
                    file + " is damaged; delete it and name the address: --admin HOST:PORT", e);
        } catch (IOException e) {
            throw new CliException(
                    "no proxy of "
                            + workload
                            + " was started on this machine with the state folder "
                            + state
                            + "; ask its admin interface from where it runs: mesh diagnostics"
                            + " endpoints --admin HOST:PORT",
                    e);
        }
    }

    private static Path file(Path state, WorkloadName workload) {
        return state.resolve("proxies")
                .resolve(workload.namespace())
                .resolve(workload.name() + ".json");
    }

    private static FileAttribute<Set<PosixFilePermission>> mode(String mode) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode));
    }

    @Override
    public void close() throws IOException {
        if (Files.exists(file) && Files.readString(file).equals(content)) {
            Files.delete(file);
        }
    }
}
