package io.peakmesh.cli.install;

import io.peakmesh.kube.survey.ValuesText;
import io.peakmesh.smi.convert.Crds;
import java.util.List;

/** The custom resource definitions of SMI, as an installation sees them. */
final class Definitions {
    private static final String SERVICE_NAMESPACE = "namespace: peakmesh";

    private Definitions() {}

    /** The manifests, with the control plane of this namespace as the one who converts. */
    static List<String> manifests(String namespace) {
        return Crds.yaml().stream()
                .map(yaml -> yaml.replace(SERVICE_NAMESPACE, "namespace: " + namespace))
                .toList();
    }

    static List<String> names() {
        return Crds.yaml().stream()
                .map(yaml -> ValuesText.read(yaml).path("metadata").path("name").asText(""))
                .toList();
    }
}
