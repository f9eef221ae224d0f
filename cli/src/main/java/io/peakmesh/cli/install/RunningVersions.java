package io.peakmesh.cli.install;

import com.fasterxml.jackson.databind.JsonNode;
import io.peakmesh.cli.terminal.CliException;
import io.peakmesh.cli.terminal.Version;
import io.peakmesh.kube.survey.ClusterSurvey;
import io.peakmesh.kube.survey.Kind;
import io.peakmesh.kube.survey.Survey;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The versions that run in a cluster, each with the number of its pods.
 *
 * @param controlPlane by the pods' label
 * @param dataPlane by the annotation that injection leaves on each pod
 */
public record RunningVersions(
        SortedMap<String, Integer> controlPlane, SortedMap<String, Integer> dataPlane) {
    private static final String OURS =
            "app.kubernetes.io/part-of=peakmesh,app.kubernetes.io/component=control-plane";
    private static final String VERSION = "app.kubernetes.io/version";
    private static final String PROXY_VERSION = "peakmesh.io/proxy-version";

    public RunningVersions {
        controlPlane = new TreeMap<>(controlPlane);
        dataPlane = new TreeMap<>(dataPlane);
    }

    /**
     * Asks the cluster of this kubeconfig.
     *
     * @throws CliException if it cannot be asked
     */
    public static RunningVersions in(Path kubeconfig) {
        try (ClusterSurvey cluster = ClusterSurvey.open(kubeconfig, "mesh/" + Version.PEAKMESH)) {
            return of(cluster);
        } catch (IllegalArgumentException e) {
            throw new CliException("" + e.getMessage(), e);
        } catch (IOException e) {
            throw new CliException(
                    "the cluster cannot be asked (" + e.getMessage() + "); try: kubectl version",
                    e);
        }
    }

    static RunningVersions of(Survey cluster) throws IOException {
        SortedMap<String, Integer> control = new TreeMap<>();
        SortedMap<String, Integer> data = new TreeMap<>();
        cluster.each(
                Kind.POD,
                "",
                OURS,
                pod -> count(pod.path("metadata").path("labels"), VERSION, control));
        cluster.each(
                Kind.POD,
                "",
                "",
                pod -> count(pod.path("metadata").path("annotations"), PROXY_VERSION, data));
        return new RunningVersions(control, data);
    }

    private static void count(JsonNode texts, String key, Map<String, Integer> counts) {
        String version = texts.path(key).asText("");
        if (!version.isEmpty()) {
            counts.merge(version, 1, Integer::sum);
        }
    }

    /** As in {@code 0.1.0 (3 pods), 0.2.0 (1 pod)}; {@code none} if nothing runs. */
    public static String shown(SortedMap<String, Integer> versions) {
        return versions.isEmpty()
                ? "none"
                : versions.entrySet().stream()
                        .map(entry ->
                                entry.getKey()
                                        + " ("
                                        + entry.getValue()
                                        + (entry.getValue() == 1 ? " pod)" : " pods)"))
                        .collect(Collectors.joining(", "));
    }
}
