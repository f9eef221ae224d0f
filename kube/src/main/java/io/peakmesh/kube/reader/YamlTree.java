package io.peakmesh.kube.reader;

import io.peakmesh.kube.reader.Documents.Document;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * One YAML document as nested maps, lists and scalars. It works on the parser's events instead of
 * its nodes, so that depth, aliases and size are bounded before anything is built. An alias shares
 * what it names, and merge keys ({@code <<}) are taken because {@code kubectl} takes them.
 */
final class YamlTree {
    private static final LoadSettings SETTINGS =
            LoadSettings.builder()
                    .setCodePointLimit(YamlReader.MAX_BYTES)
                    .setParseComments(false)
                    .build();
    private static final String TAGS = "tag:yaml.org,2002:";

    private record Anchored(@Nullable Object value, int size) {}

    private final Document document;
    private final Budget budget;
    private final Iterator<Event> events;
    private final Map<Anchor, Anchored> anchors = new HashMap<>();

    private YamlTree(Document document, Budget budget) {
        this.document = document;
        this.budget = budget;
        this.events = new Parse(SETTINGS).parseString(document.text()).iterator();
    }

    /** The document's value; empty when it is null. */
    static Optional<Object> read(Document document, Budget budget) throws Unparsable {
        try {
            return Optional.ofNullable(new YamlTree(document, budget).root());
        } catch (YamlEngineException problem) {
            throw Wording.of(problem, document.skippedLines());
        }
    }

    private @Nullable Object root() throws Unparsable {
        @Nullable Object value = null;
        boolean seen = false;
        while (events.hasNext()) {
            Event event = events.next();
            if (event instanceof NodeEvent) {
                if (seen) {
                    throw at(event, "a second document begins here: put '---' before it");
                }
                value = node(event, 0);
                seen = true;
            }
        }
        return value;
    }

    private @Nullable Object node(Event event, int depth) throws Unparsable {
        if (depth > YamlReader.MAX_NESTING) {
            throw at(event, "nested deeper than " + YamlReader.MAX_NESTING + " levels: flatten it");
        }
        if (event instanceof AliasEvent alias) {
            return alias(alias);
        }
        int before = budget.used();
        take(event, 1);
        Object value =
                switch (event) {
                    case ScalarEvent scalar -> scalar(scalar);
                    case SequenceStartEvent start -> sequence(start, depth);
                    case MappingStartEvent start -> mapping(start, depth);
                    default -> throw at(event, "unexpected " + event.getEventId());
                };
        if (event instanceof NodeEvent node && node.getAnchor().isPresent()) {
            anchors.put(
                    node.getAnchor().orElseThrow(), new Anchored(value, budget.used() - before));
        }
        return value;
    }

    private @Nullable Object alias(AliasEvent alias) throws Unparsable {
        Anchored anchored = anchors.get(alias.getAlias());
        if (anchored == null) {
            String name = "*" + alias.getAlias().getValue();
            throw at(
                    alias,
                    "alias " + name + " refers to no complete anchor before it: define it there");
        }
        take(alias, anchored.size());
        return anchored.value();
    }

    private List<@Nullable Object> sequence(SequenceStartEvent start, int depth) throws Unparsable {
        checkTag(start, start.getTag(), "seq");
        List<@Nullable Object> list = new ArrayList<>();
        Event event = events.next();
        while (event.getEventId() != Event.ID.SequenceEnd) {
            list.add(node(event, depth + 1));
            event = events.next();
        }
        return list;
    }

    private Map<String, @Nullable Object> mapping(MappingStartEvent start, int depth)
            throws Unparsable {
        checkTag(start, start.getTag(), "map");
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        List<Map<?, ?>> merged = new ArrayList<>();
        Event event = events.next();
        while (event.getEventId() != Event.ID.MappingEnd) {
            Event keyEvent = event;
            boolean merge = mergeKey(keyEvent);
            String key = key(keyEvent, node(keyEvent, depth + 1));
            @Nullable Object value = node(events.next(), depth + 1);
            if (merge) {
                addMerged(keyEvent, value, merged);
            } else if (map.containsKey(key)) {
                throw at(keyEvent, "field '" + key + "' stands twice in one object: remove one");
            } else {
                map.put(key, value);
            }
            event = events.next();
        }
        for (Map<?, ?> source : merged) {
            for (Map.Entry<?, ?> entry : source.entrySet()) {
                map.putIfAbsent(String.valueOf(entry.getKey()), entry.getValue());
            }
        }
        return map;
    }

    private static boolean mergeKey(Event event) {
        return event instanceof ScalarEvent scalar
                && scalar.isPlain()
                && scalar.getValue().equals("<<");
    }

    private void addMerged(Event key, @Nullable Object value, List<Map<?, ?>> merged)
            throws Unparsable {
        if (value instanceof Map<?, ?> map) {
            merged.add(map);
        } else if (value instanceof List<?> list && list.stream().allMatch(Map.class::isInstance)) {
            list.forEach(map -> merged.add((Map<?, ?>) map));
        } else {
            throw at(key, "merge key '<<' needs an object or a list of objects");
        }
    }

    private String key(Event event, @Nullable Object key) throws Unparsable {
        if (key instanceof Map) {
            throw at(event, "'{{' begins no text: render the template first, or quote the text");
        }
        if (key == null || key instanceof List) {
            throw at(event, "a field's name must be text");
        }
        return event instanceof ScalarEvent scalar ? scalar.getValue() : String.valueOf(key);
    }

    private @Nullable Object scalar(ScalarEvent scalar) throws Unparsable {
        String tag = scalar.getTag().orElse("");
        if (tag.isEmpty()) {
            return scalar.isPlain() ? Scalars.resolve(scalar.getValue()) : scalar.getValue();
        }
        if (tag.equals("!") || tag.equals(TAGS + "str")) {
            return scalar.getValue();
        }
        @Nullable Object value = Scalars.resolve(scalar.getValue());
        boolean fits =
                switch (tag.startsWith(TAGS) ? tag.substring(TAGS.length()) : "") {
                    case "null" -> value == null;
                    case "bool" -> value instanceof Boolean;
                    case "int" -> value instanceof Long;
                    case "float" -> value instanceof Number;
                    default -> false;
                };
        if (!fits) {
            throw at(scalar, "tag '" + tag + "' is not taken here: remove it");
        }
        return value;
    }

    private void checkTag(Event event, Optional<String> tag, String expected) throws Unparsable {
        String found = tag.orElse("!");
        if (!found.equals("!") && !found.equals(TAGS + expected)) {
            throw at(event, "tag '" + found + "' is not taken here: remove it");
        }
    }

    private void take(Event event, int values) throws Unparsable {
        if (!budget.take(values)) {
            String limit = "more than " + YamlReader.MAX_VALUES + " values in one file";
            throw at(event, limit + " (aliases count as what they repeat): split or shorten it");
        }
    }

    private Unparsable at(Event event, String reason) {
        Optional<Mark> mark = event.getStartMark();
        int line = mark.map(Mark::getLine).orElse(0) + document.skippedLines() + 1;
        return Unparsable.at(line, mark.map(Mark::getColumn).orElse(0) + 1, reason);
    }
}
