package io.peakmesh.kube.crd;

import io.peakmesh.smi.convert.Crds;
import java.util.List;

/** The custom resource definitions that the control plane keeps, for whoever only looks at them. */
public final class SmiDefinitions {
    private SmiDefinitions() {}

    /**
     * One of them.
     *
     * @param name as in {@code trafficsplits.split.smi-spec.io}
     * @param storage the version that is stored
     * @param versions all that are served
     */
    public record Wanted(String name, String storage, List<String> versions) {
        public Wanted {
            versions = List.copyOf(versions);
        }
    }

    public static List<Wanted> all() {
        return Crds.yaml().stream()
                .map(Definition::of)
                .map(one -> new Wanted(one.name(), one.storage(), one.versions()))
                .toList();
    }
}
