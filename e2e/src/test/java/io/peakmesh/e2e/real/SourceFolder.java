package io.peakmesh.e2e.real;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The folder of YAML that the control plane reads; files are replaced as editors do it. */
record SourceFolder(Path dir) {
    /** Writes or replaces a file at once; its name gets the suffix {@code .yaml}. */
    void put(String name, String... documents) {
        try {
            Files.createDirectories(dir);
            Path beside = dir.resolve("." + name + ".new");
            Files.writeString(beside, String.join("\n---\n", documents));
            Files.move(beside, dir.resolve(name + ".yaml"), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void remove(String name) {
        try {
            Files.delete(dir.resolve(name + ".yaml"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
