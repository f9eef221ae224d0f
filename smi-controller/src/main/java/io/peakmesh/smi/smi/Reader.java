package io.peakmesh.smi.smi;

import io.peakmesh.model.Invalid;
import io.peakmesh.smi.object.Fields;
import io.peakmesh.smi.object.MeshObject.SmiObject;
import java.util.List;
import java.util.Optional;

/** Reads one SMI object of any kind and version; it never throws for what stands in the object. */
final class Reader {
    private Reader() {}

    /** The object, or empty where it must not be used; why stands in the sink then. */
    static Optional<Parsed> read(SmiObject object, String clusterDomain, List<Invalid> sink) {
        Fields root = Fields.of(object.meta().ref(), object.body(), sink);
        Optional<String> wrongVersion = Versions.problem(object);
        if (wrongVersion.isPresent()) {
            root.error("", wrongVersion.get());
        }
        if (root.failed()) {
            return Optional.empty();
        }
        Parsed parsed =
                switch (object.meta().ref().kind()) {
                    case Versions.TARGET -> TargetReader.read(root);
                    case Versions.GROUP -> RouteReader.group(root);
                    case Versions.SPLIT ->
                            SplitReader.read(root, object.meta(), object.version(), clusterDomain);
                    default -> RouteReader.ports(root);
                };
        return root.failed() ? Optional.empty() : Optional.of(parsed);
    }
}
