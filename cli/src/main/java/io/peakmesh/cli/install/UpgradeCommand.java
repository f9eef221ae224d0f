package io.peakmesh.cli.install;

import io.peakmesh.cli.install.chart.Chart;
import io.peakmesh.kube.installed.InstalledMesh;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mesh upgrade}: the manifests of this version, with the values of the installed one. */
@Command(
        name = "upgrade",
        description = {
            "Prints the manifests of this version with the values that the mesh was installed with and"
                    + " those given here: mesh upgrade | kubectl apply -f -",
            "Then mesh prune | kubectl delete -f - takes away what this version has no more."
        })
public final class UpgradeCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NAME",
            defaultValue = "",
            description = "Where the mesh is, if there are several.")
    private String namespace = "";

    @Mixin private ClusterOption cluster = new ClusterOption();
    @Mixin private ValuesOptions values = new ValuesOptions();

    @Override
    public Integer call() {
        Installed installed =
                Installed.of(
                        Namespaces.choose(cluster.ask(InstalledMesh::configurations), namespace));
        installed
                .dropped()
                .forEach(name ->
                        spec.commandLine()
                                .getErr()
                                .println(
                                        "# "
                                                + name
                                                + " is dropped: this version has no such value"));
        Manifests.print(
                Chart.render(values.over(installed.values()), installed.namespace()),
                spec.commandLine().getOut());
        Manifests.hint(
                spec.commandLine().getErr(),
                "to upgrade: mesh upgrade | kubectl apply -f -   then: mesh check --proxy");
        return 0;
    }
}
