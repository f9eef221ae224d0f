package io.peakmesh.kube.progress;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.peakmesh.kube.progress.ReplicaProgress.Entry;
import io.peakmesh.smi.object.ObjectKey;
import io.peakmesh.smi.status.Programmed;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One replica's progress as text: {@code {"TrafficSplit/shop/web":[generation,proxies,acked,
 * "refusal",...],...}}, sorted. What does not look so is left out when it is read.
 *
 * @param leftOut how many objects found no place in {@link #MAX_BYTES}
 */
record ProgressText(String json, int leftOut) {
    /** A ConfigMap holds 1 MiB. */
    static final int MAX_BYTES = 900 * 1024;

    static final int MAX_REFUSALS = 10;
    static final int MAX_LINE = 300;
    private static final int REFUSALS_AT = 3;
    private static final ObjectMapper JSON = new ObjectMapper();

    static ProgressText of(Map<ObjectKey, Entry> progress) {
        StringBuilder text = new StringBuilder("{");
        int bytes = 2;
        int leftOut = 0;
        for (Map.Entry<ObjectKey, Entry> each : new TreeMap<>(progress).entrySet()) {
            String member = member(each.getKey(), each.getValue());
            int size = member.getBytes(StandardCharsets.UTF_8).length + 1;
            if (bytes + size > MAX_BYTES) {
                leftOut++;
                continue;
            }
            bytes += size;
            text.append(text.length() > 1 ? "," : "").append(member);
        }
        return new ProgressText(text.append('}').toString(), leftOut);
    }

    private static String member(ObjectKey key, Entry entry) {
        ArrayNode value =
                JSON.createArrayNode()
                        .add(entry.generation())
                        .add(entry.programmed().proxies())
                        .add(entry.programmed().acked());
        entry.programmed().refusals().stream()
                .limit(MAX_REFUSALS)
                .forEach(line -> value.add(cut(line)));
        try {
            String name = key.kind() + "/" + key.namespace() + "/" + key.name();
            return JSON.writeValueAsString(name) + ":" + JSON.writeValueAsString(value);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("numbers and texts as JSON", impossible);
        }
    }

    private static String cut(String line) {
        if (line.length() <= MAX_LINE) {
            return line;
        }
        int end = Character.isHighSurrogate(line.charAt(MAX_LINE - 1)) ? MAX_LINE - 1 : MAX_LINE;
        return line.substring(0, end);
    }

    /** What of the text can be taken; nothing if it is no JSON object. */
    static Map<ObjectKey, Entry> read(String json) {
        if (json.length() > MAX_BYTES) {
            return Map.of();
        }
        JsonNode root;
        try {
            root = JSON.readTree(json);
        } catch (JsonProcessingException noJson) {
            return Map.of();
        }
        Map<ObjectKey, Entry> progress = new TreeMap<>();
        for (Map.Entry<String, JsonNode> member : root.properties()) {
            String[] name = member.getKey().split("/", -1);
            JsonNode value = member.getValue();
            if (name.length == 3 && good(value)) {
                progress.put(new ObjectKey(name[0], name[1], name[2]), entry(value));
            }
        }
        return Collections.unmodifiableMap(progress);
    }

    private static boolean good(JsonNode value) {
        return value.isArray()
                && value.path(0).isIntegralNumber()
                && value.path(0).canConvertToLong()
                && value.path(1).isInt()
                && value.path(2).isInt()
                && value.path(1).intValue() <= ReplicaProgress.MAX_PROXIES
                && value.path(2).intValue() >= 0
                && value.path(2).intValue() <= value.path(1).intValue();
    }

    private static Entry entry(JsonNode value) {
        List<String> refusals = new ArrayList<>();
        for (int i = REFUSALS_AT; i < value.size() && refusals.size() < MAX_REFUSALS; i++) {
            if (value.path(i).isTextual()) {
                refusals.add(cut(value.path(i).textValue()));
            }
        }
        return new Entry(
                value.path(0).longValue(),
                new Programmed(value.path(1).intValue(), value.path(2).intValue(), refusals));
    }
}
