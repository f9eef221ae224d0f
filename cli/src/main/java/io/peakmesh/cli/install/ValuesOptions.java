package io.peakmesh.cli.install;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.peakmesh.cli.install.chart.Chart;
import io.peakmesh.cli.terminal.CliException;
import io.peakmesh.kube.survey.ValuesText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** What is said of values on the command line, as Helm takes it. */
final class ValuesOptions {
    @Option(
            names = "--ha",
            description =
                    "Three replicas on different nodes, and no pod starts without its sidecar.")
    private boolean highlyAvailable;

    @Option(
            names = {"-f", "--values"},
            paramLabel = "FILE",
            description = "Values as YAML; repeatable, the last one goes before the others.")
    private List<Path> files = new ArrayList<>();

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "One value, as in controlPlane.replicas=3; goes before files.")
    private List<String> settings = new ArrayList<>();

    @Option(
            names = "--set-string",
            paramLabel = "KEY=TEXT",
            description = "The same, but a number is a text as well.")
    private List<String> texts = new ArrayList<>();

    /**
     * All values.
     *
     * @param below the defaults, or what is installed
     * @throws CliException if they cannot be read, or the chart refuses them
     */
    ObjectNode over(ObjectNode below) {
        ObjectNode values = below;
        if (highlyAvailable) {
            values = Values.merged(values, Chart.highAvailability());
        }
        for (Path file : files) {
            values = Values.merged(values, read(file));
        }
        for (String setting : settings) {
            values = Values.set(values, setting, true);
        }
        for (String setting : texts) {
            values = Values.set(values, setting, false);
        }
        // Without Helm there is nobody else to make it.
        values = values.deepCopy().put("installNamespace", true);
        List<String> faults = Chart.faults(values);
        if (!faults.isEmpty()) {
            throw new CliException("the values cannot be used: " + String.join("; ", faults));
        }
        return values;
    }

    private static ObjectNode read(Path file) {
        try {
            return (ObjectNode) ValuesText.read(Files.readString(file));
        } catch (IllegalArgumentException e) {
            throw new CliException(file + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw new CliException("cannot read " + file + ": name a file of values", e);
        }
    }
}
