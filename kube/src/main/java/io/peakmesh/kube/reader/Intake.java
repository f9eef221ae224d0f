package io.peakmesh.kube.reader;

import io.peakmesh.model.Invalid;
import io.peakmesh.model.ObjectRef;
import io.peakmesh.smi.object.Fields;
import io.peakmesh.smi.object.MeshObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Takes one text's values, opens lists, decodes what is known and counts what is not. */
final class Intake {
    private static final Pattern KIND = Pattern.compile("[A-Za-z][A-Za-z0-9]{0,62}");
    private static final String LIST = "List";

    /**
     * Where a value stands.
     *
     * @param line where its document begins in the file, from 1; 0 for an object of no file
     * @param item its path in that document, as in {@code items[3]}; empty for the document itself
     */
    private record Place(int line, String item) {}

    private final String origin;
    private final List<MeshObject> objects = new ArrayList<>();
    private final List<Invalid> problems = new ArrayList<>();
    private final TreeMap<String, Integer> skipped = new TreeMap<>();
    private int count;

    Intake(String origin) {
        this.origin = origin;
    }

    ReadResult result() {
        return new ReadResult(objects, problems, skipped);
    }

    boolean full() {
        return count > YamlReader.MAX_OBJECTS;
    }

    /** A mistake that hides which objects a document, or the text, holds. */
    void refuse(Unparsable problem) {
        whole(problem.reason());
        count();
    }

    private void whole(String reason) {
        report(Invalid.error(new ObjectRef("", "", "", origin), "", reason));
    }

    /** One document's value. */
    void take(Object value, int line) {
        take(value, new Place(line, ""), "", "");
    }

    /** One object by itself, from no text; a list is a kind like any other that is not known. */
    void takeOne(Map<?, ?> map) {
        Place place = new Place(0, "");
        if (map.get("kind") instanceof String kind && KIND.matcher(kind).matches()) {
            object(kind, map.get("apiVersion"), map, place);
        } else {
            refuse(place, "", "kind", "must be the name of a kind, is " + shown(map.get("kind")));
        }
    }

    private void take(@Nullable Object value, Place place, String listVersion, String itemKind) {
        if (!(value instanceof Map<?, ?> map)) {
            count();
            refuse(place, "", "", "must be an object with kind and metadata, is " + shown(value));
            return;
        }
        Object kindValue = map.get("kind") == null ? itemKind : map.get("kind");
        Object versionValue = map.get("apiVersion") == null ? listVersion : map.get("apiVersion");
        if (!(kindValue instanceof String kind) || !KIND.matcher(kind).matches()) {
            String mistake =
                    "".equals(kindValue)
                            ? "is missing: say what the object is, for example Service"
                            : "must be the name of a kind, is " + shown(kindValue);
            count();
            refuse(place, "", "kind", mistake);
        } else if (isList(kind, map)) {
            list(kind, map, place);
        } else {
            count();
            if (!full()) {
                object(kind, versionValue, map, place);
            }
        }
    }

    /** {@code List}, or the typed list of any kind: {@code ServiceList}, {@code DeploymentList}. */
    private static boolean isList(String kind, Map<?, ?> map) {
        if (!kind.endsWith(LIST)) {
            return false;
        }
        String item = kind.substring(0, kind.length() - LIST.length());
        return item.isEmpty() || Kinds.find(item).isPresent() || map.get("items") instanceof List;
    }

    private void list(String kind, Map<?, ?> map, Place place) {
        if (!place.item().isEmpty()) {
            refuse(place, kind, "", "a list inside a list is not taken: put its items beside it");
            return;
        }
        Object items = map.get("items");
        if (items == null && map.containsKey("items")) {
            return;
        }
        if (!(items instanceof List<?> list)) {
            refuse(place, kind, "items", items == null ? "is missing" : "must be a list");
            return;
        }
        String itemKind = kind.substring(0, kind.length() - LIST.length());
        String version =
                !itemKind.isEmpty() && map.get("apiVersion") instanceof String text ? text : "";
        for (int i = 0; i < list.size() && !full(); i++) {
            take(list.get(i), new Place(place.line(), "items[" + i + "]"), version, itemKind);
        }
    }

    private void count() {
        count++;
        if (count == YamlReader.MAX_OBJECTS + 1) {
            whole(
                    "holds more than "
                            + YamlReader.MAX_OBJECTS
                            + " objects: the rest is not read, split the file");
        }
    }

    private void object(String kind, @Nullable Object versionValue, Map<?, ?> map, Place place) {
        Optional<Kinds.Kind> known = Kinds.find(kind);
        if (known.isEmpty()) {
            skipped.merge(kind, 1, Integer::sum);
            return;
        }
        String version = versionValue instanceof String text ? text : "";
        if (Kinds.foreign(version)) {
            String group = version.substring(0, version.indexOf('/'));
            skipped.merge(kind + "." + group, 1, Integer::sum);
            return;
        }
        ObjectRef ref = Metadata.refOf(kind, known.get().namespaced(), map, origin);
        if (!known.get().takes(version)) {
            String found = version.isEmpty() ? "is missing" : "is " + Fields.quote(version);
            String mistake = found + ": " + kind + " needs " + known.get().versions();
            report(placed(Invalid.error(ref, "apiVersion", mistake), place));
            return;
        }
        List<Invalid> mistakes = new ArrayList<>();
        Fields fields = Fields.of(ref, map, mistakes);
        Optional<MeshObject> decoded = Optional.empty();
        if (!fields.failed()) {
            decoded = known.get().decode(fields, ref, version);
        }
        mistakes.forEach(mistake -> report(placed(mistake, place)));
        if (!fields.failed()) {
            decoded.ifPresent(objects::add);
        }
    }

    private void refuse(Place place, String kind, String field, String reason) {
        ObjectRef where = new ObjectRef(kind, "", "", origin);
        report(placed(Invalid.error(where, field, reason), place));
    }

    /** A problem of an object without a usable name says where the object stands instead. */
    private static Invalid placed(Invalid problem, Place place) {
        if (!problem.where().name().isEmpty() || place.line() == 0) {
            return problem;
        }
        String field = place.item();
        if (!problem.field().isEmpty()) {
            field = field.isEmpty() ? problem.field() : field + "." + problem.field();
        }
        return new Invalid(
                problem.severity(),
                problem.where(),
                field,
                problem.reason() + " (in the document from line " + place.line() + ")");
    }

    private void report(Invalid problem) {
        if (problems.size() < YamlReader.MAX_PROBLEMS - 1) {
            problems.add(
                    new Invalid(
                            problem.severity(),
                            problem.where(),
                            OneLine.of(problem.field(), OneLine.FIELD),
                            OneLine.of(problem.reason(), OneLine.REASON)));
        } else if (problems.size() == YamlReader.MAX_PROBLEMS - 1) {
            String more = "has more problems than are listed: mend these first";
            problems.add(Invalid.error(new ObjectRef("", "", "", origin), "", more));
        }
    }

    private static String shown(@Nullable Object value) {
        return Fields.quote(value);
    }
}
