package io.peakmesh.cli.terminal;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Where it stands how to reach a cluster. */
public final class Kubeconfig {
    private Kubeconfig() {}

    /** The file that kubectl would read, if there is one; of several in KUBECONFIG none. */
    public static Optional<Path> usual() {
        String named = System.getenv("KUBECONFIG");
        Path file =
                named == null || named.isEmpty()
                        ? Path.of(System.getProperty("user.home", ""), ".kube", "config")
                        : Path.of(named);
        return Optional.of(file).filter(Files::isRegularFile);
    }
}
