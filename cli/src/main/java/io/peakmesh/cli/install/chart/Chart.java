package io.peakmesh.cli.install.chart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.peakmesh.kube.survey.ValuesText;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The chart {@code charts/peakmesh} as this build carries it. */
public final class Chart {
    /**
     * Each object after those it needs, for {@code kubectl apply} goes in the order of the text.
     */
    private static final List<String> TEMPLATES =
            List.of(
                    "namespace.yaml",
                    "serviceaccount.yaml",
                    "rbac.yaml",
                    "configmap.yaml",
                    "services.yaml",
                    "networkpolicy.yaml",
                    "poddisruptionbudget.yaml",
                    "deployment.yaml");

    private static final String NAMES = "templates/_names.tpl";
    private static final Pattern SEPARATOR = Pattern.compile("(?m)^---\\R");

    private Chart() {}

    /** What holds where nothing else is said. */
    public static ObjectNode defaults() {
        return values("values.yaml");
    }

    /** What {@code --ha} adds. */
    public static ObjectNode highAvailability() {
        return values("values-ha.yaml");
    }

    /**
     * What is wrong with values, one line each.
     *
     * @param values all of them, the defaults included
     */
    public static List<String> faults(JsonNode values) {
        return ValuesSchema.faults(text("values.schema.json"), values);
    }

    /**
     * Takes away what this version of the chart does not take, but leaves maps that are the user's
     * own.
     *
     * @param said with or without the defaults
     * @return the names, as in {@code proxy.old}
     */
    public static List<String> dropUnknown(ObjectNode said) {
        return ValuesSchema.dropUnknown(text("values.schema.json"), said);
    }

    /**
     * The manifests, one YAML document each.
     *
     * @param values all of them, without {@link #faults}
     */
    public static List<String> render(JsonNode values, String namespace) {
        ObjectNode dot = new ObjectMapper().createObjectNode();
        dot.set("Values", values);
        dot.putObject("Release").put("Namespace", namespace);
        dot.putObject("Chart").put("AppVersion", version());
        TemplateRun run = new TemplateRun();
        run.render(text(NAMES), dot);
        List<String> documents = new ArrayList<>();
        for (String template : TEMPLATES) {
            String rendered = run.render(text("templates/" + template), dot);
            for (String document : SEPARATOR.split(rendered, -1)) {
                if (!document.isBlank()) {
                    documents.add(document.strip() + "\n");
                }
            }
        }
        return documents;
    }

    /** The version of the control plane and of the images that the chart installs. */
    public static String version() {
        return values("Chart.yaml").path("appVersion").asText("");
    }

    private static ObjectNode values(String file) {
        return (ObjectNode) ValuesText.read(text(file));
    }

    private static String text(String file) {
        try (InputStream in = Chart.class.getResourceAsStream("peakmesh/" + file)) {
            if (in == null) {
                throw new IllegalStateException("not packed: " + file);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(file, e);
        }
    }
}
