package io.peakmesh.cli.install;

import io.peakmesh.cli.install.chart.Chart;
import io.peakmesh.kube.installed.Part;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mesh prune}: what earlier versions or other values left behind. */
@Command(
        name = "prune",
        description = {
            "Prints what an earlier version, or other values, left in the cluster and this version would"
                    + " not install: mesh prune | kubectl delete -f -",
            "Run it after an upgrade is done. Nothing that the control plane makes itself is printed."
        })
public final class PruneCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NAME",
            defaultValue = "",
            description = "Where the mesh is, if there are several.")
    private String namespace = "";

    @Mixin private ClusterOption cluster = new ClusterOption();

    /** What is installed, and what bears our labels. */
    private record Found(Installed installed, List<Part> parts) {}

    @Override
    public Integer call() {
        Found found =
                cluster.ask(mesh ->
                        new Found(
                                Installed.of(Namespaces.choose(mesh.configurations(), namespace)),
                                mesh.ofTheChart()));
        List<Part> left = left(found.installed(), found.parts());
        if (left.isEmpty()) {
            spec.commandLine().getErr().println("# nothing is left over");
            return 0;
        }
        Manifests.print(
                left.stream().map(Manifests::toDelete).toList(), spec.commandLine().getOut());
        Manifests.hint(
                spec.commandLine().getErr(), "to delete it: mesh prune | kubectl delete -f -");
        return 0;
    }

    private static List<Part> left(Installed installed, List<Part> there) {
        Set<Part> wanted = new HashSet<>();
        Chart.render(installed.values(), installed.namespace())
                .forEach(document -> wanted.add(Manifests.part(document)));
        return there.stream()
                .filter(part -> !wanted.contains(part))
                // The namespace of a mesh goes with the mesh.
                .filter(part -> !part.kind().equals("Namespace"))
                .toList();
    }
}
