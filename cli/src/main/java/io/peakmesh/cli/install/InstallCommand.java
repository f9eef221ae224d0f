package io.peakmesh.cli.install;

import io.peakmesh.cli.install.chart.Chart;
import io.peakmesh.cli.terminal.CliException;
import io.peakmesh.kube.installed.InstalledMesh;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mesh install}: the manifests of a mesh. */
@Command(
        name = "install",
        description = {
            "Prints the manifests of the mesh: mesh install | kubectl apply -f -",
            "They are those of the Helm chart, with a namespace of their own. The cluster is only asked"
                    + " whether it has a mesh already."
        })
public final class InstallCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--crds",
            description =
                    "Print the definitions of the SMI kinds alone. The control plane installs them"
                            + " itself when it starts; this is for manifests that come before.")
    private boolean definitionsOnly;

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NAME",
            defaultValue = "peakmesh",
            description = "Where the control plane will live (default: ${DEFAULT-VALUE}).")
    private String namespace = "peakmesh";

    @Option(
            names = "--ignore-cluster",
            description = "Ask no cluster, and print what an empty one needs.")
    private boolean ignoreCluster;

    @Mixin private ClusterOption cluster = new ClusterOption();
    @Mixin private ValuesOptions values = new ValuesOptions();

    @Override
    public Integer call() {
        Namespaces.check(namespace);
        List<String> documents =
                definitionsOnly
                        ? Definitions.manifests(namespace)
                        : Chart.render(values.over(Chart.defaults()), namespace);
        if (!ignoreCluster && !definitionsOnly) {
            refuseASecond();
        }
        Manifests.print(documents, spec.commandLine().getOut());
        Manifests.hint(
                spec.commandLine().getErr(),
                "to install it: mesh install | kubectl apply -f -   then: mesh check");
        return 0;
    }

    private void refuseASecond() {
        if (!cluster.named() && cluster.file().isEmpty()) {
            return;
        }
        List<InstalledMesh.Configuration> there;
        try {
            there = cluster.ask(InstalledMesh::configurations);
        } catch (CliException unknown) {
            if (cluster.named()) {
                throw unknown;
            }
            spec.commandLine()
                    .getErr()
                    .println(
                            "# whether the cluster has a mesh is not known: "
                                    + unknown.getMessage());
            return;
        }
        if (!there.isEmpty()) {
            throw new CliException(
                    "there is a mesh in the namespace "
                            + there.getFirst().namespace()
                            + " already: mesh upgrade | kubectl apply -f -   (--ignore-cluster"
                            + " prints the manifests all the same)");
        }
    }
}
