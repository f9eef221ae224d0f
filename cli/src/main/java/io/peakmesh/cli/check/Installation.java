package io.peakmesh.cli.check;

import com.fasterxml.jackson.databind.JsonNode;
import io.peakmesh.cli.terminal.CliException;
import io.peakmesh.kube.survey.Kind;
import io.peakmesh.kube.survey.ValuesText;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * What is installed in a cluster, as far as it is needed by several checks.
 *
 * @param namespace the control plane's
 */
record Installation(Supplier<View> cluster, String namespace, Commands commands) {
    static final String CONFIG = "peakmesh-config";
    static final String VALUES = "values.yaml";
    static final String ROOTS = "peakmesh-roots";
    static final String ROOTS_KEY = "roots.pem";
    private static final int REPLICAS_OF_HA = 3;

    View view() {
        return cluster.get();
    }

    /** The values that it was installed with; a CliException if they cannot be had. */
    JsonNode values() {
        JsonNode map =
                view().get(Kind.CONFIG_MAP, namespace, CONFIG)
                        .orElseThrow(() -> missing("ConfigMap " + CONFIG));
        String text = map.path("data").path(VALUES).asText("");
        if (text.isEmpty()) {
            throw missing("key " + VALUES + " of the ConfigMap " + CONFIG);
        }
        try {
            return ValuesText.read(text);
        } catch (IllegalArgumentException bad) {
            throw new CliException(
                    "key "
                            + VALUES
                            + " of the ConfigMap "
                            + CONFIG
                            + " cannot be used: "
                            + bad.getMessage()
                            + "; "
                            + commands.upgrade(),
                    bad);
        }
    }

    /** Whether it was meant to outlive the loss of a node. */
    boolean highlyAvailable() {
        try {
            JsonNode values = values();
            return values.path("ha").asBoolean(false)
                    || values.path("controlPlane").path("replicas").asInt(1) >= REPLICAS_OF_HA
                    || values.path("injector").path("failurePolicy").asText("").equals("Fail");
        } catch (CliException notKnown) {
            return false;
        }
    }

    /** The certificates that the whole mesh trusts. */
    List<X509Certificate> roots() {
        JsonNode map =
                view().get(Kind.CONFIG_MAP, namespace, ROOTS)
                        .orElseThrow(() ->
                                new CliException(
                                        "there is no ConfigMap "
                                                + ROOTS
                                                + " in "
                                                + namespace
                                                + ", which the leader writes; "
                                                + commands.kubectl(
                                                        "logs deployment/peakmesh -n "
                                                                + namespace)));
        List<X509Certificate> roots = certificates(map.path("data").path(ROOTS_KEY).asText(""));
        if (roots.isEmpty()) {
            throw new CliException(
                    "key "
                            + ROOTS_KEY
                            + " of the ConfigMap "
                            + ROOTS
                            + " holds no certificate; "
                            + commands.kubectl(
                                    "get configmap " + ROOTS + " -n " + namespace + " -o yaml"));
        }
        return roots;
    }

    private CliException missing(String what) {
        return new CliException(
                "there is no " + what + " in " + namespace + "; " + commands.install());
    }

    /** All certificates of a text in PEM; none if it is not such a text. */
    static List<X509Certificate> certificates(String pem) {
        List<X509Certificate> found = new ArrayList<>();
        try {
            for (Certificate one :
                    CertificateFactory.getInstance("X.509")
                            .generateCertificates(
                                    new ByteArrayInputStream(
                                            pem.getBytes(StandardCharsets.UTF_8)))) {
                if (one instanceof X509Certificate certificate) {
                    found.add(certificate);
                }
            }
        } catch (CertificateException bad) {
            return List.of();
        }
        return found;
    }
}
