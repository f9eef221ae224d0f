package io.peakmesh.cli.install;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.peakmesh.cli.install.chart.Chart;
import io.peakmesh.cli.terminal.CliException;
import io.peakmesh.injector.patch.InjectionSettings;
import io.peakmesh.kube.survey.ValuesText;
import io.peakmesh.peakewma.module.PeakEwmaModule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * What a control plane reads of the values that the mesh was installed with.
 *
 * @param namespace the control plane's own
 * @param trustDomain the authority in every SPIFFE ID
 * @param clusterDomain the DNS suffix of services
 * @param proxyImage with its tag
 * @param imagePullPolicy {@code Always}, {@code IfNotPresent} or {@code Never}
 * @param proxyDefaults of the annotations {@code config.peakmesh.io/…}, by what follows the slash;
 *     only those that say something
 */
public record MeshValues(
        String namespace,
        String trustDomain,
        String clusterDomain,
        String proxyImage,
        String imagePullPolicy,
        FailurePolicy failurePolicy,
        NativeSidecars nativeSidecars,
        Map<String, String> proxyDefaults) {
    /** The port of the Service {@code peakmesh} at which proxies ask for their configuration. */
    public static final int XDS_PORT = 15010;

    static final String NAMESPACE = "namespace";

    /** What becomes of a new pod while no replica of the control plane answers. */
    public enum FailurePolicy {
        IGNORE,
        FAIL;

        /** As Kubernetes writes it. */
        public String word() {
            return this == FAIL ? "Fail" : "Ignore";
        }
    }

    /** Whether sidecars are init containers that go on, which Kubernetes 1.29 and newer know. */
    public enum NativeSidecars {
        AUTO,
        ALWAYS,
        NEVER
    }

    public MeshValues {
        proxyDefaults = Map.copyOf(proxyDefaults);
    }

    /**
     * Reads the file that the ConfigMap {@code peakmesh-config} becomes in a pod.
     *
     * @param unknown is given the name of each value that this version does not know, as in {@code
     *     proxy.new}
     * @throws CliException if a value is wrong; the message names it
     * @throws IOException if the file cannot be read
     */
    public static MeshValues read(Path file, Consumer<String> unknown) throws IOException {
        return parse(Files.readString(file), file.toString(), unknown);
    }

    /**
     * Reads its text: the key {@code namespace}, and besides it what the chart takes. What is left
     * out is as in the chart. What is unknown is passed over: during an upgrade a replica of the
     * old version may start with the new one's values. Those who write values are told by the
     * chart.
     *
     * @param source for the message
     * @param unknown is given the name of each value that this version does not know
     * @throws CliException if a value is wrong; the message names it
     */
    public static MeshValues parse(String text, String source, Consumer<String> unknown) {
        ObjectNode said;
        try {
            said = (ObjectNode) ValuesText.read(text);
        } catch (IllegalArgumentException bad) {
            throw new CliException(source + ": " + bad.getMessage(), bad);
        }
        String namespace = said.path(NAMESPACE).asText("");
        if (namespace.isEmpty()) {
            throw new CliException(source + ": namespace is missing");
        }
        said.remove(NAMESPACE);
        Chart.dropUnknown(said).forEach(unknown);
        ObjectNode values = Values.merged(Chart.defaults(), said);
        List<String> faults = Chart.faults(values);
        if (!faults.isEmpty()) {
            throw new CliException(source + ": " + String.join("; ", faults));
        }
        return of(namespace, values);
    }

    private static MeshValues of(String namespace, ObjectNode values) {
        JsonNode image = values.path("image");
        JsonNode injector = values.path("injector");
        return new MeshValues(
                namespace,
                values.path("trustDomain").asText(),
                values.path("clusterDomain").asText(),
                proxyImage(image),
                image.path("pullPolicy").asText(),
                FailurePolicy.valueOf(upper(injector.path("failurePolicy"))),
                NativeSidecars.valueOf(upper(injector.path("nativeSidecars"))),
                defaults(values.path("proxy")));
    }

    private static String upper(JsonNode word) {
        return word.asText().toUpperCase(Locale.ROOT);
    }

    private static String proxyImage(JsonNode image) {
        String registry = image.path("registry").asText();
        String tag = image.path("tag").asText();
        return (registry.isEmpty() ? "" : registry + "/")
                + image.path("proxy").asText()
                + ":"
                + (tag.isEmpty() ? Chart.version() : tag);
    }

    /** The names are those of docs/annotations.md. */
    private static Map<String, String> defaults(JsonNode proxy) {
        Map<String, String> all = new TreeMap<>();
        all.put("proxy-log-level", proxy.path("logLevel").asText());
        all.put("proxy-concurrency", proxy.path("concurrency").asText());
        all.put("proxy-wait-seconds", proxy.path("waitSeconds").asText());
        all.put("opaque-ports", proxy.path("opaquePorts").asText());
        all.put("skip-inbound-ports", proxy.path("skipInboundPorts").asText());
        all.put("skip-outbound-ports", proxy.path("skipOutboundPorts").asText());
        all.put("skip-outbound-cidrs", proxy.path("skipOutboundCidrs").asText());
        JsonNode resources = proxy.path("resources");
        for (String what : List.of("cpu", "memory")) {
            all.put("proxy-" + what + "-request", resources.path("requests").path(what).asText(""));
            all.put("proxy-" + what + "-limit", resources.path("limits").path(what).asText(""));
        }
        all.values().removeIf(String::isEmpty);
        return all;
    }

    /**
     * What injection needs of them.
     *
     * @param clusterHasNativeSidecars whether the cluster is Kubernetes 1.29 or newer
     */
    public InjectionSettings injection(boolean clusterHasNativeSidecars) {
        boolean sidecars =
                switch (nativeSidecars) {
                    case AUTO -> clusterHasNativeSidecars;
                    case ALWAYS -> true;
                    case NEVER -> false;
                };
        return new InjectionSettings(
                proxyImage,
                imagePullPolicy,
                "peakmesh." + namespace + ".svc." + clusterDomain,
                XDS_PORT,
                trustDomain,
                Chart.version(),
                PeakEwmaModule.MARKER,
                sidecars,
                proxyDefaults);
    }
}
