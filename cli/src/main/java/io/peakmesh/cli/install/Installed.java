package io.peakmesh.cli.install;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.peakmesh.cli.install.chart.Chart;
import io.peakmesh.cli.terminal.CliException;
import io.peakmesh.kube.installed.InstalledMesh.Configuration;
import io.peakmesh.kube.survey.ValuesText;
import java.util.ArrayList;
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
        ObjectNode defaults = Chart.defaults();
        List<String> dropped = new ArrayList<>();
        drop(defaults, said, "", dropped);
        return new Installed(configuration.namespace(), Values.merged(defaults, said), dropped);
    }

    /** Takes away the keys that the defaults have not, but leaves maps that are the user's own. */
    private static void drop(JsonNode known, ObjectNode said, String path, List<String> dropped) {
        List<String> names = new ArrayList<>();
        said.fieldNames().forEachRemaining(names::add);
        for (String name : names) {
            JsonNode usual = known.path(name);
            if (usual.isMissingNode()) {
                said.remove(name);
                dropped.add(path + name);
            } else if (said.path(name) instanceof ObjectNode below
                    && !usual.isEmpty()
                    && !name.equals("resources")) {
                drop(usual, below, path + name + ".", dropped);
            }
        }
    }
}
