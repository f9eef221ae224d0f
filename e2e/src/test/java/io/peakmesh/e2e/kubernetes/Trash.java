package io.peakmesh.e2e.kubernetes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** What becomes of a test's folder. */
final class Trash {
    /** With this system property set folders stay, to find out why a test failed. */
    private static final String KEEP = "peakmesh.e2e.keep";

    private Trash() {}

    /** Deletes a folder and all in it. */
    static void remove(Path dir) {
        if (Boolean.getBoolean(KEEP)) {
            System.err.println("kept: " + dir);
            return;
        }
        try (Stream<Path> files = Files.walk(dir)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
