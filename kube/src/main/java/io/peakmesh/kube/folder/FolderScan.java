package io.peakmesh.kube.folder;

import io.peakmesh.kube.folder.FolderWalk.Visitor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;

/**
 * One look at the folder.
 *
 * @param files the manifests by relative path
 * @param closed folders that could not be listed, relative, {@code "."} for the folder itself: of
 *     what stands in them nothing is known
 */
record FolderScan(SortedMap<String, Stamp> files, List<String> closed) {
    /** Whether the path stands in a folder that could not be listed. */
    boolean hides(String path) {
        return !files.containsKey(path)
                && closed.stream()
                        .anyMatch(folder -> folder.equals(".") || path.startsWith(folder + "/"));
    }

    /** Looks at every file below {@code root}; each folder is told to the visitor before. */
    static FolderScan of(Path root, Visitor visitor) throws IOException {
        return new FolderWalk(root, visitor).scan();
    }
}
