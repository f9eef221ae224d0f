package io.peakmesh.kube.watch;

import com.fasterxml.jackson.core.JsonToken;
import java.io.Closeable;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One kind's objects at the API server: its list by pages, its watch, and whether it is there. */
final class Resource {
    private static final Shape LIST_METADATA = Shape.of("resourceVersion", "continue");

    /** Takes one object of a list. */
    interface Taker {
        void take(Map<String, @Nullable Object> object) throws IOException;
    }

    /**
     * How a page ends.
     *
     * @param next what to ask for the next page with, empty after the last
     */
    record Page(String resourceVersion, String next) {}

    /** One line of a watch. */
    record News(String type, Map<String, @Nullable Object> object) {}

    private final Api api;
    private final WatchedKind kind;
    private final Words words = new Words();

    Resource(Api api, WatchedKind kind) {
        this.api = api;
        this.kind = kind;
    }

    /**
     * Reads a page of the newest list.
     *
     * @param size the most objects of a page, 0 for all at once
     * @param next of the page before, empty for the first
     */
    Page page(int size, String next, Duration silence, Taker taker) throws IOException {
        String path = kind.path() + "?limit=" + size + kind.selector();
        if (!next.isEmpty()) {
            path += "&continue=" + encoded(next);
        }
        try (TreeReader reader = new TreeReader(api.get(path, silence), words)) {
            reader.enter(reader.next().orElse(JsonToken.NOT_AVAILABLE), JsonToken.START_OBJECT);
            Map<String, @Nullable Object> metadata = Map.of();
            Optional<String> field = reader.field();
            while (field.isPresent()) {
                switch (field.get()) {
                    case "metadata" -> metadata = reader.tree(LIST_METADATA);
                    case "items" -> items(reader, taker);
                    default -> reader.skip();
                }
                field = reader.field();
            }
            String version = text(metadata, "resourceVersion");
            if (version.isEmpty()) {
                throw new IOException("the answer is not a list of " + kind.resource());
            }
            return new Page(version, text(metadata, "continue"));
        }
    }

    private void items(TreeReader reader, Taker taker) throws IOException {
        while (reader.item()) {
            taker.take(reader.tree(kind.shape()));
        }
    }

    /** A watch's lines, as they come. */
    final class Watch implements Closeable {
        private final TreeReader reader;

        private Watch(TreeReader reader) {
            this.reader = reader;
        }

        /** The next line, once there is one; empty at a clean end. */
        Optional<News> next() throws IOException {
            Optional<JsonToken> start = reader.next();
            if (start.isEmpty()) {
                return Optional.empty();
            }
            reader.enter(start.get(), JsonToken.START_OBJECT);
            String type = "";
            Map<String, @Nullable Object> object = new LinkedHashMap<>();
            Optional<String> field = reader.field();
            while (field.isPresent()) {
                switch (field.get()) {
                    case "type" -> type = reader.text();
                    case "object" -> object = reader.tree(kind.shape());
                    default -> reader.skip();
                }
                field = reader.field();
            }
            return Optional.of(new News(type, object));
        }

        @Override
        public void close() throws IOException {
            reader.close();
        }
    }

    /** Begins to watch from a version on; the server ends it after {@code longest}. */
    Watch watch(String version, Duration longest, Duration silence) throws IOException {
        String path =
                kind.path()
                        + "?watch=true&allowWatchBookmarks=true&timeoutSeconds="
                        + longest.toSeconds()
                        + "&resourceVersion="
                        + encoded(version)
                        + kind.selector();
        return new Watch(new TreeReader(api.get(path, silence), words));
    }

    /**
     * Whether the API server says in so many words that it does not have this kind. A bare 404 is
     * not enough to forget objects: it may come from whatever stands in front of the server.
     */
    boolean absent(Duration silence) throws IOException {
        try {
            return !named(
                    "apis/" + kind.apiVersion(), "resources", "name", kind.resource(), silence);
        } catch (Refused refused) {
            if (!refused.notFound()) {
                throw refused;
            }
        }
        return !named("apis", "groups", "name", kind.group(), silence)
                || !named(
                        "apis/" + kind.group(),
                        "versions",
                        "groupVersion",
                        kind.apiVersion(),
                        silence);
    }

    private boolean named(String path, String list, String field, String value, Duration silence)
            throws IOException {
        try (TreeReader reader = new TreeReader(api.get(path, silence), words)) {
            reader.enter(reader.next().orElse(JsonToken.NOT_AVAILABLE), JsonToken.START_OBJECT);
            Map<String, @Nullable Object> answer = reader.tree(Shape.of(list + "." + field));
            if (!(answer.get(list) instanceof List<?> entries)) {
                throw new IOException("the answer to " + path + " has no " + list);
            }
            return entries.stream()
                    .anyMatch(entry ->
                            entry instanceof Map<?, ?> map && value.equals(map.get(field)));
        }
    }

    private static String text(Map<String, @Nullable Object> map, String field) {
        return map.get(field) instanceof String text ? text : "";
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
