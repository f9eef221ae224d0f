package io.peakmesh.kube.status;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.peakmesh.smi.status.Condition;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** Conditions as they stand in a status (meta/v1 Condition). */
final class ConditionTrees {
    private ConditionTrees() {}

    /** Whether these stand there, whatever width their numbers were read with. */
    static boolean same(ArrayNode wanted, JsonNode there) {
        return there.isArray() && wanted.equals((left, right) -> equal(left, right) ? 0 : 1, there);
    }

    private static boolean equal(JsonNode left, JsonNode right) {
        boolean numbers = left.isNumber() && right.isNumber();
        return numbers ? left.asLong() == right.asLong() : left.equals(right);
    }

    /** In their order; times in whole seconds, which is all that the API server keeps. */
    static ArrayNode of(List<Condition> conditions) {
        ArrayNode trees = new ObjectMapper().createArrayNode();
        for (Condition condition : conditions) {
            trees.addObject()
                    .put("type", condition.type())
                    .put("status", condition.status())
                    .put("reason", condition.reason())
                    .put("message", condition.message())
                    .put("observedGeneration", condition.observedGeneration())
                    .put(
                            "lastTransitionTime",
                            condition.since().truncatedTo(ChronoUnit.SECONDS).toString());
        }
        return trees;
    }
}
