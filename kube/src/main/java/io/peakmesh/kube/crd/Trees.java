package io.peakmesh.kube.crd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** JSON trees compared and named. */
final class Trees {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int HASH_LENGTH = 32;

    private Trees() {}

    /**
     * One YAML document as a tree.
     *
     * @throws IllegalArgumentException if it is no mapping
     */
    static ObjectNode yaml(String text) {
        try {
            Object document = new Load(LoadSettings.builder().build()).loadFromString(text);
            if (JSON.valueToTree(document) instanceof ObjectNode object) {
                return object;
            }
        } catch (YamlEngineException bad) {
            throw new IllegalArgumentException("not YAML: " + bad.getMessage(), bad);
        }
        throw new IllegalArgumentException("not one YAML mapping");
    }

    /** An object of ours that is kept, without a name yet. */
    static ObjectNode object(String apiVersion, String kind) {
        ObjectNode object = JSON.createObjectNode().put("apiVersion", apiVersion).put("kind", kind);
        object.putObject("metadata")
                .putObject("labels")
                .put("app.kubernetes.io/managed-by", "peakmesh")
                .put("app.kubernetes.io/part-of", "peakmesh");
        return object;
    }

    /**
     * Whether {@code live} says all that {@code wanted} says. It may say more in its mappings, as
     * defaults do; its lists must be as long. A value that is false or empty need not be said.
     */
    static boolean contains(JsonNode live, JsonNode wanted) {
        if (wanted.isObject()) {
            for (Map.Entry<String, JsonNode> field : wanted.properties()) {
                if (!contains(live.path(field.getKey()), field.getValue())) {
                    return false;
                }
            }
            return live.isObject();
        }
        if (wanted.isArray()) {
            if (live.size() != wanted.size()) {
                return false;
            }
            for (int i = 0; i < wanted.size(); i++) {
                if (!contains(live.path(i), wanted.path(i))) {
                    return false;
                }
            }
            return true;
        }
        if (live.isMissingNode() || live.isNull()) {
            return empty(wanted);
        }
        boolean numbers = wanted.isNumber() && live.isNumber();
        return numbers
                ? live.decimalValue().compareTo(wanted.decimalValue()) == 0
                : live.equals(wanted);
    }

    private static boolean empty(JsonNode node) {
        if (node.isBoolean()) {
            return !node.booleanValue();
        }
        return node.asText("").isEmpty();
    }

    /** A name for exactly this tree. */
    static String hash(JsonNode tree) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(tree.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, HASH_LENGTH);
        } catch (NoSuchAlgorithmException everyPlatformHasIt) {
            throw new IllegalStateException(everyPlatformHasIt);
        }
    }
}
