package io.peakmesh.cli.install;

import io.peakmesh.kube.installed.InstalledMesh;
import io.peakmesh.kube.installed.Part;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mesh uninstall}: what a mesh has in a cluster, as {@code kubectl delete} takes it. */
@Command(
        name = "uninstall",
        description = {
            "Prints what the mesh has in the cluster: mesh uninstall | kubectl delete -f -",
            "That includes what the control plane has made and, unless they are kept, the SMI kinds with"
                    + " all their objects. Apps keep their sidecars until their pods are made anew;"
                    + " do that first, after the annotation peakmesh.io/inject is gone."
        })
public final class UninstallCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NAME",
            defaultValue = "peakmesh",
            description = "Where the control plane lives (default: ${DEFAULT-VALUE}).")
    private String namespace = "peakmesh";

    @Option(names = "--keep-crds", description = "Keep the SMI kinds and their objects.")
    private boolean keepDefinitions;

    @Mixin private ClusterOption cluster = new ClusterOption();

    @Override
    public Integer call() {
        Namespaces.check(namespace);
        List<String> definitions = keepDefinitions ? List.of() : Definitions.names();
        PrintWriter err = spec.commandLine().getErr();
        List<Part> parts =
                cluster.ask(mesh -> {
                    warn(mesh, definitions, err);
                    return mesh.all(namespace, definitions);
                });
        if (parts.isEmpty()) {
            err.println("# the cluster has nothing of a mesh");
            return 0;
        }
        Manifests.print(
                parts.stream().map(Manifests::toDelete).toList(), spec.commandLine().getOut());
        Manifests.hint(err, "to uninstall: mesh uninstall | kubectl delete -f -");
        return 0;
    }

    private static void warn(InstalledMesh mesh, List<String> definitions, PrintWriter err)
            throws IOException {
        for (String definition : definitions) {
            int objects = mesh.objectsOf(definition).orElse(0);
            if (objects > 0) {
                err.println(
                        "# warning: "
                                + objects
                                + " objects go with "
                                + definition
                                + "; --keep-crds keeps them");
            }
        }
        err.flush();
    }
}
