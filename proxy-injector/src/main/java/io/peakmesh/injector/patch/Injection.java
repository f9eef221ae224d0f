package io.peakmesh.injector.patch;

import java.util.List;
import java.util.Map;

/** What is done with a pod. */
public sealed interface Injection {
    /**
     * It gets a sidecar.
     *
     * @param patch JSON patch (RFC 6902) of the pod
     * @param mode as the annotation {@code peakmesh.io/proxy} says: {@code redirect} or {@code
     *     mesh-port}
     * @param remarks one line each, for whoever applies the pod; also why it is mesh-port where
     *     nobody asked for that
     */
    record Injected(List<Map<String, Object>> patch, String mode, List<String> remarks)
            implements Injection {
        public Injected {
            patch = List.copyOf(patch);
            remarks = List.copyOf(remarks);
        }
    }

    /**
     * It stays as it is.
     *
     * @param expected whether nobody meant it to get a sidecar; otherwise the reason is worth an
     *     event
     */
    record LeftAlone(String reason, boolean expected) implements Injection {}

    /**
     * It must not be made.
     *
     * @param field of the pod, as in {@code spec.securityContext.runAsUser}
     * @param reason with what to do
     */
    record Refused(String field, String reason) implements Injection {}
}
