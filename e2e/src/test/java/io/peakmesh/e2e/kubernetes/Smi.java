package io.peakmesh.e2e.kubernetes;

import io.peakmesh.e2e.real.Yaml;
import java.time.Duration;
import org.awaitility.Awaitility;

/** What tests do with SMI objects by kubectl, as their users do. */
final class Smi {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String WAIT = "--timeout=60s";

    private Smi() {}

    /** Waits until every definition is there: the first leader makes them. */
    static void awaitDefined(Cluster cluster) {
        Awaitility.await("the definitions of the SMI APIs")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(200))
                .until(() ->
                        cluster.kubectl(
                                        "wait",
                                        "--for=condition=Established",
                                        WAIT,
                                        "crd/traffictargets.access.smi-spec.io",
                                        "crd/httproutegroups.specs.smi-spec.io",
                                        "crd/tcproutes.specs.smi-spec.io",
                                        "crd/trafficsplits.split.smi-spec.io")
                                .ok());
    }

    /** Replaces the backends of a split by {@code kubectl patch}; pairs as Yaml.backend. */
    static void shift(Cluster cluster, String namespace, String split, String... backends) {
        cluster.kubectl(
                        "patch",
                        "trafficsplit/" + split,
                        "-n",
                        namespace,
                        "--type=merge",
                        "-p",
                        "{\"spec\": {\"backends\": [" + String.join(", ", backends) + "]}}")
                .orThrow();
    }

    /** A backend for {@link #shift}. */
    static String backend(String service, int weight) {
        return "{\"service\": \"%s\", \"weight\": %d}".formatted(service, weight);
    }

    /** Waits by kubectl until every proxy concerned has an object in its newest version. */
    static void awaitProgrammed(Cluster cluster, String namespace, String object) {
        cluster.kubectl("wait", "--for=condition=Programmed", WAIT, "-n", namespace, object)
                .orThrow();
    }

    /** The message of one condition; empty if there is none. */
    static String message(Cluster cluster, String namespace, String object, String condition) {
        String path = "jsonpath={.status.conditions[?(@.type==\"" + condition + "\")].message}";
        return cluster.kubectl("get", object, "-n", namespace, "-o", path).orThrow().out();
    }

    /** A service of the pods that have all of these labels, written as in YAML's flow form. */
    static String service(String namespace, String name, String selector) {
        return """
        apiVersion: v1
        kind: Service
        metadata: {name: %s, namespace: %s}
        spec:
          selector: {%s}
          ports: [%s]
        """
                .formatted(name, namespace, selector, Yaml.port("http", 80, MeshedPod.PORT));
    }
}
