package io.peakmesh.kube.dryrun;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Sends manifests to a cluster as {@code kubectl apply --server-side --dry-run=server} does: the
 * whole of its admission looks at them, and nothing is stored.
 */
public final class DryRun {
    private static final String FIELD_MANAGER = "mesh-validate";

    private DryRun() {}

    /**
     * One refusal.
     *
     * @param object {@code Kind namespace/name}, empty where the text cannot be read
     * @param reason what the cluster said
     */
    public record Refusal(String object, String reason) {}

    /**
     * What the cluster refuses of one file, in its order.
     *
     * @throws KubernetesClientException if the cluster does not answer
     */
    public static List<Refusal> of(KubernetesClient client, byte[] file) {
        List<HasMetadata> objects;
        try {
            objects = client.load(new ByteArrayInputStream(file)).items();
        } catch (RuntimeException unreadable) {
            return List.of(new Refusal("", "cannot be read: " + unreadable.getMessage()));
        }
        List<Refusal> refusals = new ArrayList<>();
        for (HasMetadata object : objects) {
            try {
                var _ =
                        client.resource(object)
                                .dryRun(true)
                                .fieldManager(FIELD_MANAGER)
                                .forceConflicts()
                                .serverSideApply();
            } catch (KubernetesClientException e) {
                if (e.getCode() == 0 || e.getCode() >= 500) {
                    throw e;
                }
                refusals.add(new Refusal(name(object), said(e)));
            }
        }
        return refusals;
    }

    private static String said(KubernetesClientException e) {
        return e.getStatus() == null ? "" + e.getMessage() : "" + e.getStatus().getMessage();
    }

    private static String name(HasMetadata object) {
        String namespace = object.getMetadata().getNamespace();
        String path = namespace == null ? "" : namespace + "/";
        return object.getKind() + " " + path + object.getMetadata().getName();
    }
}
