package io.peakmesh.smi.smi;

import io.peakmesh.model.Invalid;
import io.peakmesh.smi.convert.Kept;
import io.peakmesh.smi.object.Fields;
import io.peakmesh.smi.object.MeshObject.SmiObject;
import io.peakmesh.smi.object.Meta;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads one SMI object of any kind and version, and with it what conversion keeps in annotations;
 * it never throws for what stands in the object.
 */
public final class Reader {
    private Reader() {}

    /** All that can be said of the object without a look at others, in the order of its fields. */
    public static List<Invalid> problems(SmiObject object, String clusterDomain) {
        List<Invalid> sink = new ArrayList<>();
        read(object, clusterDomain, sink);
        return List.copyOf(sink);
    }

    /** The object, or empty where it must not be used; why stands in the sink then. */
    static Optional<Parsed> read(SmiObject object, String clusterDomain, List<Invalid> sink) {
        Meta meta = object.meta();
        Kept.Reading reading =
                Kept.reading(
                        meta.ref().kind(), object.version(), object.body(), meta.annotations());
        Fields root = Fields.of(meta.ref(), reading.fields(), sink);
        // To pass over a port or a match that cannot be read would let more through.
        reading.unreadable()
                .ifPresent(name ->
                        root.error(
                                "metadata.annotations[" + name + "]",
                                "cannot be read: correct it, or remove it together with what it"
                                        + " means"));
        Optional<String> wrongVersion = Versions.problem(object);
        if (wrongVersion.isPresent()) {
            root.error("", wrongVersion.get());
        }
        if (root.failed()) {
            return Optional.empty();
        }
        Parsed parsed =
                switch (meta.ref().kind()) {
                    case Versions.TARGET -> TargetReader.read(root);
                    case Versions.GROUP -> RouteReader.group(root);
                    case Versions.SPLIT ->
                            SplitReader.read(root, meta, reading.version(), clusterDomain);
                    default -> RouteReader.ports(root);
                };
        return root.failed() ? Optional.empty() : Optional.of(parsed);
    }
}
