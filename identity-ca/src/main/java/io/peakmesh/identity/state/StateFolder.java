package io.peakmesh.identity.state;

import io.peakmesh.identity.state.IdentityException.Category;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A folder of secret files: mode 0700, its files 0600, each written once and never changed. A file
 * appears whole under its name or not at all, and of several processes that make the same one
 * exactly one wins (a hard link to a name that exists fails, link(2)); so no lock is needed and a
 * crash leaves at most a file that ends in {@code .tmp}, which a later start clears away.
 */
public final class StateFolder implements State {
    private static final String UNFINISHED = ".tmp";
    private static final Duration UNFINISHED_KEPT = Duration.ofHours(1);
    private static final Set<PosixFilePermission> OWNER_ONLY =
            PosixFilePermissions.fromString("rwx------");

    private final Path dir;
    private final Consumer<String> step;

    private StateFolder(Path dir, Consumer<String> step) {
        this.dir = dir;
        this.step = step;
    }

    /**
     * Opens the folder, making it if there is none; its parent must exist or be creatable.
     *
     * @param now tells an abandoned unfinished file (over an hour old) from one being written
     * @throws IdentityException if the folder is no folder, is open to others, or cannot be used
     */
    public static StateFolder open(Path dir, Instant now) {
        return open(dir, now, _ -> {});
    }

    /** As {@link #open(Path, Instant)}; {@code step} hears of each change before it is made. */
    static StateFolder open(Path dir, Instant now, Consumer<String> step) {
        Path absolute = dir.toAbsolutePath().normalize();
        try {
            Path parent = absolute.getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            if (!Files.exists(absolute, LinkOption.NOFOLLOW_LINKS)) {
                step.accept("make the folder");
                makeFolder(absolute);
            }
            PosixFileAttributes attributes = attributes(absolute);
            if (!attributes.isDirectory()) {
                throw IdentityException.refused(absolute, "is not a folder");
            }
            refuseIfOpenToOthers(absolute, attributes, "chmod 700");
            StateFolder folder = new StateFolder(absolute, step);
            folder.clearUnfinished(now.minus(UNFINISHED_KEPT));
            return folder;
        } catch (IOException e) {
            throw io("cannot open the state folder " + absolute, e);
        } catch (UnsupportedOperationException e) {
            throw new IdentityException(
                    Category.STATE_REFUSED,
                    absolute + ": its file system has no POSIX permissions to keep keys private",
                    e);
        }
    }

    private static void makeFolder(Path dir) throws IOException {
        try {
            Files.createDirectory(dir, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        } catch (FileAlreadyExistsException anotherProcessMadeIt) {
            // Its mode is checked like that of any folder found.
        }
    }

    @Override
    public String place() {
        return dir.toString();
    }

    public Path path() {
        return dir;
    }

    /**
     * The content of a file; empty if there is none.
     *
     * @throws IdentityException if it is a link, open to others, over {@link #MAX_BYTES}, or not
     *     readable
     */
    @Override
    public Optional<String> read(String name) {
        Path file = dir.resolve(name);
        try {
            PosixFileAttributes attributes = attributes(file);
            if (!attributes.isRegularFile()) {
                throw IdentityException.refused(file, "is not a regular file");
            }
            refuseIfOpenToOthers(file, attributes, "chmod 600");
            if (attributes.size() > MAX_BYTES) {
                throw IdentityException.refused(
                        file, "has " + attributes.size() + " bytes, over " + MAX_BYTES);
            }
            return Optional.of(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (IOException e) {
            throw io("cannot read " + file, e);
        }
    }

    /**
     * Makes a new file, durably, with mode 0600.
     *
     * @return false if there is one of that name already, which stays as it is
     * @throws IdentityException if it cannot be written
     */
    @Override
    public boolean publish(String name, String content) {
        Path file = dir.resolve(name);
        try {
            step.accept("begin " + name);
            Path unfinished = Files.createTempFile(dir, name, UNFINISHED);
            try {
                step.accept("write " + name);
                write(unfinished, content);
                step.accept("link " + name);
                Files.createLink(file, unfinished);
            } finally {
                step.accept("clean up after " + name);
                Files.deleteIfExists(unfinished);
            }
            step.accept("settle " + name);
            try (FileChannel folder = FileChannel.open(dir, StandardOpenOption.READ)) {
                folder.force(true);
            }
            return true;
        } catch (FileAlreadyExistsException anotherWasFirst) {
            return false;
        } catch (IOException e) {
            throw io("cannot write " + file, e);
        }
    }

    /** Removes a file; nothing happens if there is none. */
    @Override
    public void delete(String name) {
        try {
            step.accept("delete " + name);
            Files.deleteIfExists(dir.resolve(name));
        } catch (IOException e) {
            throw io("cannot delete " + dir.resolve(name), e);
        }
    }

    /** The finished files whose names begin so, sorted by name. */
    @Override
    public List<String> names(String prefix) {
        try (Stream<Path> files = Files.list(dir)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> name.startsWith(prefix) && !name.endsWith(UNFINISHED))
                    .sorted()
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            throw io("cannot list " + dir, e);
        }
    }

    private static void write(Path file, String content) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(content.getBytes(StandardCharsets.ISO_8859_1));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }

    private void clearUnfinished(Instant before) throws IOException {
        try (Stream<Path> files = Files.list(dir)) {
            for (Path file : files.filter(f -> f.toString().endsWith(UNFINISHED)).toList()) {
                if (attributes(file).lastModifiedTime().toInstant().isBefore(before)) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (NoSuchFileException itsWriterFinished) {
            // The rest is cleared at the next start.
        }
    }

    private static PosixFileAttributes attributes(Path file) throws IOException {
        return Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    private static void refuseIfOpenToOthers(
            Path file, PosixFileAttributes attributes, String remedy) {
        if (!OWNER_ONLY.containsAll(attributes.permissions())) {
            throw IdentityException.refused(
                    file,
                    "others than its owner may use it ("
                            + PosixFilePermissions.toString(attributes.permissions())
                            + "); it holds private keys: "
                            + remedy);
        }
    }

    private static IdentityException io(String what, Exception cause) {
        return new IdentityException(Category.STATE_IO, what + ": " + cause, cause);
    }
}
