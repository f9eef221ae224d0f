package io.peakmesh.e2e.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;

/** The kinds of SMI as a cluster serves them, once the control plane has brought them there. */
record ServedSmi(Cluster cluster) {
    static final List<String> CRDS =
            List.of(
                    "traffictargets.access.smi-spec.io",
                    "httproutegroups.specs.smi-spec.io",
                    "tcproutes.specs.smi-spec.io",
                    "udproutes.specs.smi-spec.io",
                    "trafficsplits.split.smi-spec.io");

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Waits until every SMI kind is served in its newest version, and admission is asked. */
    void await() {
        Awaitility.await("the CRDs of SMI are served and converted")
                .atMost(PATIENCE)
                .until(() -> CRDS.stream().allMatch(this::ours));
        Awaitility.await("admission is asked")
                .atMost(PATIENCE)
                .until(() -> refuses() && answers("tt") && answers("htr") && answers("ts"));
    }

    private boolean ours(String crd) {
        JsonNode live = crd(crd);
        boolean established = false;
        for (JsonNode condition : live.at("/status/conditions")) {
            established |=
                    condition.path("type").asText().equals("Established")
                            && condition.path("status").asText().equals("True");
        }
        return established
                && live.at("/spec/conversion/strategy").asText().equals("Webhook")
                && live.at("/status/storedVersions").toString().equals("[\"v1alpha4\"]");
    }

    private boolean answers(String kind) {
        return cluster.kubectl("get", kind, "-A").ok();
    }

    /** One that nobody could accept is refused, and not stored. */
    private boolean refuses() {
        Said said =
                cluster.kubectlReading(
                        """
                        apiVersion: split.smi-spec.io/v1alpha4
                        kind: TrafficSplit
                        metadata: {name: refused, namespace: default}
                        spec: {service: "", backends: []}
                        """,
                        "create",
                        "--dry-run=server",
                        "-f",
                        "-");
        return !said.ok() && said.err().contains("denied the request");
    }

    /** A definition as it stands; a missing node if there is none. */
    JsonNode crd(String name) {
        Said said = cluster.kubectl("get", "crd", name, "-o", "json", "--ignore-not-found");
        try {
            return said.out().isBlank() ? JSON.missingNode() : JSON.readTree(said.out());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
