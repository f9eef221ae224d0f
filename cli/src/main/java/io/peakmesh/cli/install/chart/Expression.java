package io.peakmesh.cli.install.chart;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** What stands between two pairs of braces. */
sealed interface Expression {
    /** A text or a number. */
    record Literal(JsonNode value) implements Expression {}

    /** A path below the dot; the dot itself if it is empty. */
    record Field(List<String> path) implements Expression {
        public Field {
            path = List.copyOf(path);
        }
    }

    /** A function of its arguments; what is piped in is the last of them. */
    record Call(String function, List<Expression> arguments) implements Expression {
        public Call {
            arguments = List.copyOf(arguments);
        }
    }
}
