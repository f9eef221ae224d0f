package io.peakmesh.cli.check;

import com.fasterxml.jackson.databind.JsonNode;
import io.peakmesh.kube.survey.Kind;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Whether the clocks of the nodes and of this machine agree with the API server's: certificates are
 * valid 4 minutes before they are issued and no longer.
 */
final class Clocks {
    private static final Duration ALLOWED = Duration.ofMinutes(2);

    /** A kubelet tells its state at least every 5 minutes. */
    private static final Duration OLDEST_HEARTBEAT = Duration.ofMinutes(7);

    private final Supplier<View> cluster;
    private final InstantSource here;
    private final Commands commands;

    Clocks(Supplier<View> cluster, InstantSource here, Commands commands) {
        this.cluster = cluster;
        this.here = here;
        this.commands = commands;
    }

    Finding look() {
        Optional<Instant> server = cluster.get().clock();
        if (server.isEmpty()) {
            return new Finding.Warning(
                    "the API server does not say what time it has",
                    commands.kubectl("get --raw /version -v=8"));
        }
        List<String> wrong = new ArrayList<>();
        Duration own = Duration.between(server.get(), here.instant());
        if (own.abs().compareTo(ALLOWED) > 0) {
            wrong.add("this machine: " + told(own));
        }
        for (Optional<String> node :
                cluster.get().list(Kind.NODE, "", "", one -> node(one, server.get()))) {
            node.ifPresent(wrong::add);
        }
        return wrong.isEmpty()
                ? Finding.good()
                : new Finding.Warning(
                        Few.of(wrong, "differ from the API server's clock"),
                        commands.kubectl("describe nodes"));
    }

    private static Optional<String> node(JsonNode node, Instant server) {
        for (JsonNode condition : node.path("status").path("conditions")) {
            if (condition.path("type").asText("").equals("Ready")
                    && condition.path("status").asText("").equals("True")) {
                Optional<Instant> beat = instant(condition.path("lastHeartbeatTime").asText(""));
                Duration ahead = beat.map(at -> Duration.between(server, at)).orElse(Duration.ZERO);
                if (ahead.compareTo(ALLOWED) > 0
                        || ahead.negated().compareTo(OLDEST_HEARTBEAT) > 0) {
                    return Optional.of("node " + View.name(node) + ": " + told(ahead));
                }
            }
        }
        return Optional.empty();
    }

    /** A time as Kubernetes writes it; empty if it is none. */
    static Optional<Instant> instant(String text) {
        try {
            return text.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(text));
        } catch (DateTimeParseException none) {
            return Optional.empty();
        }
    }

    private static String told(Duration ahead) {
        return ahead.abs().toSeconds() + " s " + (ahead.isNegative() ? "behind" : "ahead");
    }
}
