package io.peakmesh.kube.reader;

import io.peakmesh.model.Invalid;
import io.peakmesh.smi.object.MeshObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Decodes one object of a cluster, handed over as a tree, as {@link YamlReader} decodes a text. */
public final class ObjectReader {
    private ObjectReader() {}

    /**
     * What became of one object.
     *
     * @param object empty if it cannot be used, or if the mesh has no use for its kind
     * @param problems errors (then there is no object) and remarks, each one line
     */
    public record Decoded(Optional<MeshObject> object, List<Invalid> problems) {
        public Decoded {
            problems = List.copyOf(problems);
        }
    }

    /**
     * Decodes one object. It never throws for what the tree holds.
     *
     * @param object nested maps, lists, strings, whole numbers, doubles and booleans, with {@code
     *     apiVersion}, {@code kind} and {@code metadata}; null stands for a field that is absent
     */
    public static Decoded read(Map<String, ?> object) {
        Intake intake = new Intake("");
        intake.takeOne(object);
        ReadResult result = intake.result();
        return new Decoded(result.objects().stream().findFirst(), result.problems());
    }
}
