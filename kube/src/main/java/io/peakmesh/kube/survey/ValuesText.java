package io.peakmesh.kube.survey;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** The text of a ConfigMap that holds one YAML mapping. */
public final class ValuesText {
    private ValuesText() {}

    /**
     * Reads it.
     *
     * @throws IllegalArgumentException if it is no YAML mapping; the message says where
     */
    public static JsonNode read(String yaml) {
        try {
            Object document = new Load(LoadSettings.builder().build()).loadFromString(yaml);
            JsonNode tree = new ObjectMapper().valueToTree(document);
            if (tree.isObject()) {
                return tree;
            }
        } catch (YamlEngineException bad) {
            throw new IllegalArgumentException(
                    "it is not YAML: " + ("" + bad.getMessage()).strip().replaceAll("\\s+", " "),
                    bad);
        }
        throw new IllegalArgumentException("it is not one YAML mapping");
    }
}
