package io.peakmesh.xds.translator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** How a file comes into its folder, and another one into its place. */
enum RootsPlace {
    /** As the command line's own control plane and proxy do. */
    RENAMED {
        @Override
        void bring(Path file, String text) throws IOException {
            Files.createDirectories(file.getParent());
            Path beside = file.resolveSibling(".new");
            Files.writeString(beside, text);
            Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
        }
    },

    /** The file is a link that stays; of the links on its way another one is renamed. */
    AS_THE_KUBELET_DOES {
        @Override
        void bring(Path file, String text) throws IOException {
            Files.createDirectories(file.getParent());
            Path version = Files.createTempDirectory(file.getParent(), "..version");
            Files.writeString(version.resolve(file.getFileName()), text);
            Path link = file.resolveSibling("..data_tmp");
            Files.createSymbolicLink(link, version.getFileName());
            Path data = file.resolveSibling("..data");
            Files.move(link, data, StandardCopyOption.ATOMIC_MOVE);
            if (!Files.isSymbolicLink(file)) {
                Files.createSymbolicLink(file, Path.of("..data").resolve(file.getFileName()));
            }
        }
    };

    abstract void bring(Path file, String text) throws IOException;
}
