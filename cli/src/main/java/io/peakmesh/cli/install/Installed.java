package io.peakmesh.cli.install;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.peakmesh.cli.install.chart.Chart;
import io.peakmesh.cli.terminal.CliException;
import io.peakmesh.kube.installed.InstalledMesh.Configuration;
import io.peakmesh.kube.survey.ValuesText;
import java.util.List;

/**
 * The values of an installed mesh over the defaults of this version.
 *
 * @param dropped those that this version does not know any more, as in {@code proxy.old}
 */
record Installed(String namespace, ObjectNode values, List<String> dropped) {
    Installed {
        dropped = List.copyOf(dropped);
    }

    static Installed of(Configuration configuration) {
        ObjectNode said;
        try {
            said = (ObjectNode) ValuesText.read(configuration.values());
        } catch (IllegalArgumentException bad) {
            throw new CliException(
                    "the values in the ConfigMap "
                            + configuration.namespace()
                            + "/peakmesh-config cannot be used: "
                            + bad.getMessage()
                            + "; mesh install --ignore-cluster -f FILE prints the manifests from"
                            + " values of yours",
                    bad);
        }
        said.remove(MeshValues.NAMESPACE);
        List<String> dropped = Chart.dropUnknown(said);
        return new Installed(
                configuration.namespace(), Values.merged(Chart.defaults(), said), dropped);
    }
}
