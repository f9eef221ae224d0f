package io.peakmesh.kube.folder;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Walks the folder and what links in it lead to. Hidden files and folders, editors' swap files and
 * names with control characters are left out. Limits: {@value #MAX_DEPTH} folders deep, {@value
 * #MAX_FILES} files; those that sort first are read.
 */
final class FolderWalk extends SimpleFileVisitor<Path> {
    static final int MAX_FILES = 10_000;
    static final int MAX_DEPTH = 32;

    /** Told every folder before it is listed, so that a watch set there misses nothing. */
    interface Visitor {
        void folder(Path folder);
    }

    private final Path root;
    private final Visitor visitor;
    private final TreeMap<String, Stamp> files = new TreeMap<>();
    private final List<String> closed = new ArrayList<>();
    private boolean tooMany;

    FolderWalk(Path root, Visitor visitor) {
        this.root = root;
        this.visitor = visitor;
    }

    FolderScan scan() throws IOException {
        if (Files.isDirectory(root)) {
            Files.walkFileTree(root, EnumSet.of(FileVisitOption.FOLLOW_LINKS), MAX_DEPTH, this);
        } else {
            closed(".", "the folder is gone: what it held stays in force");
        }
        if (tooMany) {
            String reason = "holds more than " + MAX_FILES + " files: the others are not read";
            files.put(".", Stamp.trouble(reason));
        }
        return new FolderScan(files, closed);
    }

    /** Whether a file of this name is a manifest. */
    static boolean wanted(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        boolean manifest =
                lower.endsWith(".yaml") || lower.endsWith(".yml") || lower.endsWith(".json");
        return manifest
                && !name.startsWith(".")
                && !name.startsWith("#")
                && name.chars().noneMatch(Character::isISOControl);
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
        String name = String.valueOf(folder.getFileName());
        boolean hidden = name.startsWith(".") || name.chars().anyMatch(Character::isISOControl);
        if (hidden && !folder.equals(root)) {
            return FileVisitResult.SKIP_SUBTREE;
        }
        visitor.folder(folder);
        return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
        String name = String.valueOf(file.getFileName());
        if (attributes.isDirectory()) {
            closed(relative(file), "is nested deeper than " + MAX_DEPTH + " folders: not read");
        } else if (wanted(name)) {
            add(relative(file), stamp(attributes));
        }
        return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException problem) {
        String name = String.valueOf(file.getFileName());
        if (problem instanceof NoSuchFileException || name.startsWith(".")) {
            return FileVisitResult.CONTINUE;
        }
        if (problem instanceof FileSystemLoopException) {
            add(relative(file), Stamp.trouble("is a link that leads back to its own folder"));
        } else if (Files.isDirectory(file)) {
            closed(relative(file), "cannot be listed: " + DiskFile.reason(problem));
        } else if (wanted(name)) {
            add(relative(file), Stamp.trouble("cannot be read: " + DiskFile.reason(problem)));
        }
        return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException problem) {
        if (problem != null) {
            closed(relative(folder), "cannot be listed: " + DiskFile.reason(problem));
        }
        return FileVisitResult.CONTINUE;
    }

    private void closed(String path, String reason) {
        closed.add(path);
        add(path, Stamp.trouble(reason));
    }

    private void add(String path, Stamp stamp) {
        files.put(path, stamp);
        if (files.size() > MAX_FILES) {
            files.pollLastEntry();
            tooMany = true;
        }
    }

    private String relative(Path file) {
        String path = root.relativize(file).toString().replace('\\', '/');
        return path.isEmpty() ? "." : path;
    }

    static Stamp stamp(BasicFileAttributes attributes) {
        if (attributes.isSymbolicLink()) {
            return Stamp.trouble("is a link to nothing");
        }
        if (!attributes.isRegularFile()) {
            return Stamp.trouble("is no regular file");
        }
        return new Stamp(
                attributes.size(),
                attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS),
                String.valueOf(attributes.fileKey()),
                "");
    }
}
