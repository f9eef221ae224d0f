package io.peakmesh.kube.folder;

import io.peakmesh.kube.reader.YamlReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/** Reads one file, never more of it than the reader takes. */
final class DiskFile {
    private DiskFile() {}

    /**
     * The file's bytes as a change; empty when it changed while it was read or does not look like
     * {@code expected} any more, so that another look is needed.
     *
     * @param held the hash of the bytes last taken, empty if none
     */
    static Optional<FileChange> read(Path root, String path, Stamp expected, String held) {
        if (expected.equals(Stamp.GONE)) {
            return Optional.of(new FileChange.Gone(path));
        }
        if (!expected.trouble().isEmpty()) {
            return Optional.of(new FileChange.Blocked(path, expected.trouble()));
        }
        Path file = root.resolve(path);
        try {
            byte[] bytes = bytes(file);
            BasicFileAttributes after = Files.readAttributes(file, BasicFileAttributes.class);
            return FolderWalk.stamp(after).equals(expected)
                    ? Optional.of(FileChange.of(path, bytes, held))
                    : Optional.empty();
        } catch (NoSuchFileException vanished) {
            return Optional.empty();
        } catch (IOException problem) {
            return Optional.of(new FileChange.Blocked(path, "cannot be read: " + reason(problem)));
        }
    }

    /** The file's bytes as they are at this moment. */
    static FileChange readNow(Path file, String origin) {
        try {
            return FileChange.of(origin, bytes(file), "");
        } catch (IOException problem) {
            return new FileChange.Blocked(origin, "cannot be read: " + reason(problem));
        }
    }

    private static byte[] bytes(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(YamlReader.MAX_BYTES + 1);
        }
    }

    /** An I/O error for people: without class names and without the path, which is known. */
    static String reason(IOException problem) {
        return switch (problem) {
            case AccessDeniedException ignored -> "permission denied";
            case NoSuchFileException ignored -> "there is no such file";
            case FileSystemException known when known.getReason() != null -> known.getReason();
            default -> problem.getMessage() == null ? "I/O error" : problem.getMessage();
        };
    }
}
