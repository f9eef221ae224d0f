package io.peakmesh.cli.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.peakmesh.cli.terminal.CliException;
import io.peakmesh.cli.terminal.Version;
import io.peakmesh.kube.connect.ClusterConnection;
import java.nio.file.Path;
import java.util.Optional;

/** Asks a cluster's control plane through its API server, with the rights of the kubeconfig. */
final class ClusterAdmin {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String API = "/apis/diagnostics.peakmesh.io/v1alpha1";
    private static final String SERVICE = "v1alpha1.diagnostics.peakmesh.io";

    private final KubernetesClient client;

    private ClusterAdmin(KubernetesClient client) {
        this.client = client;
    }

    static ClusterAdmin open(Path kubeconfig) {
        try {
            return new ClusterAdmin(
                    ClusterConnection.open(Optional.of(kubeconfig), "mesh/" + Version.PEAKMESH));
        } catch (IllegalArgumentException e) {
            throw new CliException("" + e.getMessage(), e);
        }
    }

    JsonNode get(String path) {
        try {
            String body = client.raw(API + path);
            if (body == null) {
                throw new CliException(missing("no such API"));
            }
            return JSON.readTree(body);
        } catch (KubernetesClientException e) {
            throw new CliException(explained(e, path), e);
        } catch (JsonProcessingException e) {
            throw new CliException("the control plane's answer is not JSON: " + e, e);
        }
    }

    private String explained(KubernetesClientException e, String path) {
        String said = e.getStatus() == null ? "" + e.getMessage() : e.getStatus().getMessage();
        return switch (e.getCode()) {
            case 400 -> "" + said;
            case 401 -> "the cluster does not know you (" + said + "); try: kubectl auth whoami";
            case 403 ->
                    "you may not ask this ("
                            + said
                            + "); ask for the verb list on "
                            + path.replaceFirst("\\?.*", "").substring(1)
                            + ".diagnostics.peakmesh.io";
            case 404, 503 -> missing("" + said);
            case 502 ->
                    said
                            + "; see: kubectl get pods -A -l app.kubernetes.io/component=control-plane";
            default ->
                    "the cluster at "
                            + client.getMasterUrl()
                            + " does not answer ("
                            + said
                            + "); try: kubectl version";
        };
    }

    private static String missing(String said) {
        return "no control plane answers in this cluster ("
                + said
                + "); see: kubectl get apiservice "
                + SERVICE;
    }
}
