package io.peakmesh.injector.webhook;

import java.util.List;
import java.util.Map;

/** Decides on one object before it is stored. Called from many threads; must be quick. */
public interface Admission {
    Answer review(Request request);

    /**
     * What is asked (admission.k8s.io/v1 AdmissionReview).
     *
     * @param operation CREATE, UPDATE, DELETE or CONNECT
     * @param apiVersion of the object, as in {@code split.smi-spec.io/v1alpha4}
     * @param name empty where the API server makes the name
     * @param object as nested maps; empty for DELETE
     * @param oldObject as it was; empty for CREATE
     * @param dryRun nothing may be changed for it
     */
    record Request(
            String operation,
            String apiVersion,
            String kind,
            String namespace,
            String name,
            Map<String, Object> object,
            Map<String, Object> oldObject,
            boolean dryRun) {}

    /** What is answered. */
    sealed interface Answer {
        /** {@code warnings} are shown to who applies the object, each one line. */
        record Allowed(List<String> warnings) implements Answer {
            public Allowed {
                warnings = List.copyOf(warnings);
            }
        }

        /** {@code reason} is what {@code kubectl apply} prints. */
        record Denied(String reason) implements Answer {}

        /** Allowed, changed by a JSON patch (RFC 6902); for a mutating webhook only. */
        record Patched(List<Map<String, Object>> patch, List<String> warnings) implements Answer {
            public Patched {
                patch = List.copyOf(patch);
                warnings = List.copyOf(warnings);
            }
        }
    }
}
