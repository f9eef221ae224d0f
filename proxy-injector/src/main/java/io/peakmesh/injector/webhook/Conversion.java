package io.peakmesh.injector.webhook;

import java.util.Map;

/** Brings one custom resource into another version of its API. Called from many threads. */
public interface Conversion {
    /**
     * @param object as nested maps, with apiVersion, kind and metadata
     * @param desiredApiVersion as in {@code split.smi-spec.io/v1alpha2}
     */
    Converted convert(Map<String, Object> object, String desiredApiVersion);

    /** The outcome for one object; one that fails fails the whole request, as the API asks. */
    sealed interface Converted {
        record Done(Map<String, Object> object) implements Converted {}

        /** {@code reason} is what {@code kubectl} prints. */
        record Failed(String reason) implements Converted {}
    }
}
