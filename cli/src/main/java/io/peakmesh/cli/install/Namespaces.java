package io.peakmesh.cli.install;

import io.peakmesh.cli.terminal.CliException;
import io.peakmesh.kube.installed.InstalledMesh.Configuration;
import java.util.List;

/** The namespace of a mesh. */
final class Namespaces {
    private static final String LABEL = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?";

    private Namespaces() {}

    /** Throws a CliException unless it can be a namespace's name (RFC 1123 label). */
    static void check(String name) {
        if (!name.matches(LABEL)) {
            throw new CliException(
                    "'"
                            + name
                            + "' cannot be a namespace: lower-case letters, digits and hyphens, 63"
                            + " of them at most");
        }
    }

    /** The only one of these meshes, or the one in this namespace. */
    static Configuration choose(List<Configuration> there, String namespace) {
        List<Configuration> fitting =
                there.stream()
                        .filter(one -> namespace.isEmpty() || one.namespace().equals(namespace))
                        .toList();
        if (fitting.isEmpty()) {
            throw new CliException(
                    "there is no mesh in "
                            + (namespace.isEmpty() ? "this cluster" : "the namespace " + namespace)
                            + ": mesh install | kubectl apply -f -");
        }
        if (fitting.size() > 1) {
            throw new CliException(
                    "there are meshes in several namespaces, "
                            + fitting.stream().map(Configuration::namespace).toList()
                            + ": name one with --namespace");
        }
        return fitting.getFirst();
    }
}
