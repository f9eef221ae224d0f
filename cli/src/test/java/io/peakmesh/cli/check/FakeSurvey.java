package io.peakmesh.cli.check;

import com.fasterxml.jackson.databind.JsonNode;
import io.peakmesh.kube.survey.Kind;
import io.peakmesh.kube.survey.Right;
import io.peakmesh.kube.survey.Survey;
import io.peakmesh.kube.survey.ValuesText;
import java.io.IOException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A cluster of objects written by hand. */
final class FakeSurvey implements Survey {
    static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

    String version = "v1.37.2";
    Instant clock = NOW;
    final Set<String> forbidden = new HashSet<>();
    @Nullable IOException away;
    private final TreeMap<String, JsonNode> objects = new TreeMap<>();

    /** Puts an object there, or another in its place. */
    FakeSurvey with(Kind kind, String yaml) {
        JsonNode object = ValuesText.read(yaml);
        JsonNode metadata = object.path("metadata");
        objects.put(
                kind.path(metadata.path("namespace").asText(""), metadata.path("name").asText("")),
                object);
        return this;
    }

    FakeSurvey without(Kind kind, String namespace, String name) {
        objects.remove(kind.path(namespace, name));
        return this;
    }

    private void answer() throws IOException {
        if (away != null) {
            throw away;
        }
    }

    @Override
    public String version() throws IOException {
        answer();
        return version;
    }

    @Override
    public Optional<Instant> clock() throws IOException {
        answer();
        return Optional.of(clock);
    }

    @Override
    public Optional<JsonNode> get(Kind kind, String namespace, String name) throws IOException {
        answer();
        return Optional.ofNullable(objects.get(kind.path(namespace, name)));
    }

    /** Of selectors it knows {@code key=value} and {@code key in (a,b)}. */
    @Override
    public void each(Kind kind, String namespace, String labels, Consumer<JsonNode> taker)
            throws IOException {
        answer();
        objects.forEach((path, object) -> {
            String in = object.path("metadata").path("namespace").asText("");
            boolean there =
                    path.startsWith(kind.path(in) + "/")
                            && (namespace.isEmpty() || namespace.equals(in));
            if (there && matches(object.path("metadata").path("labels"), labels)) {
                taker.accept(object);
            }
        });
    }

    private static boolean matches(JsonNode labels, String selector) {
        if (selector.isEmpty()) {
            return true;
        }
        String[] parts = selector.split(" in |=", 2);
        List<String> values = List.of(parts[1].replaceAll("[()]", "").split(","));
        return values.contains(labels.path(parts[0]).asText("absent"));
    }

    @Override
    public boolean may(Right right) throws IOException {
        answer();
        return !forbidden.contains(right.verb() + " " + right.resource());
    }
}
