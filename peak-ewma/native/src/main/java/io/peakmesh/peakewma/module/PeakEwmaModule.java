package io.peakmesh.peakewma.module;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/**
 * The Envoy dynamic module for one kind of machine. Envoy 1.38 and newer finds it by {@link #NAME}
 * in the folder that its environment variable {@code ENVOY_DYNAMIC_MODULES_SEARCH_PATH} names.
 */
public final class PeakEwmaModule {
    /** The name by which Envoy's configuration asks for the module. */
    public static final String NAME = "peakmesh";

    /** What its file must be called for that. */
    public static final String FILE = "libpeakmesh.so";

    /**
     * The version of what it can be told, which a proxy that carries it states in its node
     * metadata.
     */
    public static final String MARKER = "v1";

    private final byte[] library;

    private PeakEwmaModule(byte[] library) {
        this.library = library;
    }

    /**
     * The module for a machine, empty where there is none: only Linux on x86-64 and 64-bit Arm has
     * one.
     *
     * @param osName as the system property {@code os.name} gives it
     * @param osArch as the system property {@code os.arch} gives it
     */
    public static Optional<PeakEwmaModule> forMachine(String osName, String osArch) {
        if (!osName.toLowerCase(Locale.ROOT).equals("linux")) {
            return Optional.empty();
        }
        return switch (osArch.toLowerCase(Locale.ROOT)) {
            case "amd64", "x86_64" -> Optional.of(load("linux-x86_64"));
            case "aarch64", "arm64" -> Optional.of(load("linux-aarch64"));
            default -> Optional.empty();
        };
    }

    private static PeakEwmaModule load(String folder) {
        try (InputStream in = PeakEwmaModule.class.getResourceAsStream(folder + "/" + FILE)) {
            if (in == null) {
                throw new IllegalStateException("this build carries no module for " + folder);
            }
            return new PeakEwmaModule(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A copy of the library. */
    public byte[] bytes() {
        return library.clone();
    }

    /**
     * Places the library in a folder that exists, under its name, readable and executable by all. A
     * file of that name is replaced at once: an Envoy that starts meanwhile finds the old one or
     * the new one, whole, and one that runs keeps what it has loaded.
     */
    public void copyTo(Path dir) throws IOException {
        Path next = Files.createTempFile(dir, FILE, ".next");
        try {
            Files.write(next, library);
            Files.setPosixFilePermissions(next, PosixFilePermissions.fromString("rwxr-xr-x"));
            Files.move(
                    next,
                    dir.resolve(FILE),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(next);
        }
    }

    /**
     * Whether the folder holds this library, byte for byte. To be asked before an Envoy is told of
     * it: one that loads a file cut short dies by a bus error instead of refusing its
     * configuration.
     */
    public boolean isIn(Path dir) throws IOException {
        Path file = dir.resolve(FILE);
        return Files.isRegularFile(file)
                && Files.size(file) == library.length
                && Arrays.equals(Files.readAllBytes(file), library);
    }

    /** SHA-256 of the library in lower-case hexadecimal. */
    public String sha256() {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(library));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
