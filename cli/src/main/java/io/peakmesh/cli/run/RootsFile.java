package io.peakmesh.cli.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The trust bundle as a file beside the control plane: {@code roots.pem}, replaced by rename. */
public final class RootsFile {
    private final Path file;

    /** {@code folder} must exist. */
    public RootsFile(Path folder) {
        this.file = folder.resolve("roots.pem");
    }

    /** Writes the bundle if the file holds another one, or none. */
    public void bring(String pem) throws IOException {
        if (!Files.exists(file) || !Files.readString(file).equals(pem)) {
            Path beside = file.resolveSibling(".roots.pem");
            Files.writeString(beside, pem);
            Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
        }
    }
}
