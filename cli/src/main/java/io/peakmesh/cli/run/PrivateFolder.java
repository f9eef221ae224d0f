package io.peakmesh.cli.run;

import io.peakmesh.cli.terminal.CliException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** The state folder, its owner's alone. */
public final class PrivateFolder {
    private PrivateFolder() {}

    /** Makes the folder if there is none. */
    public static void make(Path state) {
        if (Files.isDirectory(state)) {
            return;
        }
        try {
            Files.createDirectories(
                    state,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
        } catch (IOException | UnsupportedOperationException e) {
            throw new CliException(
                    "the state folder "
                            + state
                            + " cannot be used: "
                            + (Files.exists(state) ? "it is a file" : e)
                            + "; name another one with --state",
                    e);
        }
    }
}
