package io.peakmesh.e2e.pods;

import io.peakmesh.e2e.kubernetes.Said;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** Manifests with the test's app, and calls from its pods. */
record AppPods(RealCluster cluster) {
    static final Duration PATIENCE = Duration.ofMinutes(3);

    /**
     * A pod whose container {@code app} serves.
     *
     * @param annotations of the pod, as a YAML map
     * @param container more fields of the container, one a line
     * @param spec more fields of the pod, one a line
     */
    static String pod(
            String namespace, String name, String annotations, String container, String spec) {
        return """
        apiVersion: v1
        kind: Pod
        metadata: {namespace: %s, name: %s, labels: {app: %s}, annotations: %s}
        """
                        .formatted(namespace, name, name, annotations)
                + "spec:\n"
                + template(container, spec).indent(2);
    }

    /** The same as a Deployment. */
    static String deployment(
            String namespace, String name, int replicas, String container, String spec) {
        return """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {namespace: %1$s, name: %2$s}
        spec:
          replicas: %3$d
          selector: {matchLabels: {app: %2$s}}
          template:
            metadata: {labels: {app: %2$s}}
            spec:
        """
                        .formatted(namespace, name, replicas)
                + template(container, spec).indent(6);
    }

    private static String template(String container, String spec) {
        return spec
                + (spec.isEmpty() || spec.endsWith("\n") ? "" : "\n")
                + """
                terminationGracePeriodSeconds: 30
                containers:
                - name: app
                  image: %s
                  imagePullPolicy: Never
                """
                        .formatted(RealCluster.APP_IMAGE)
                + container.indent(2);
    }

    /** A Service of the pods with the label {@code app: NAME}: 80 is the app's HTTP, 9000 lines. */
    static String service(String namespace, String name, String fields) {
        return """
        apiVersion: v1
        kind: Service
        metadata: {namespace: %1$s, name: %2$s}
        spec:
          selector: {app: %2$s}
          %3$s
          ports: [{name: http, port: 80, targetPort: 8080}, {name: tcp-lines, port: 9000}]
        """
                .formatted(namespace, name, fields);
    }

    /** Calls a URL by curl in a pod; the answer says what the server saw. */
    Said call(String namespace, String pod, String url) {
        return cluster.exec(
                namespace, pod, "app", "curl", "-sgS", "--fail-with-body", "-m", "10", url);
    }

    /** Calls until the answer has a word, and gives that answer. */
    String callUntil(String namespace, String pod, String url, String word) {
        return await(url + " from " + pod)
                .until(
                        () -> call(namespace, pod, url),
                        said -> said.ok() && said.out().contains(word))
                .out();
    }

    /**
     * Sends a line by TCP, and gives the answer; empty where there is none. The sending side stays
     * open for a moment: Envoy drops a client that half-closes while its first bytes are awaited.
     */
    String line(String namespace, String pod, String host) {
        return sent(namespace, pod, "(echo hello; sleep 1) | nc -w 3 " + host + " 9000");
    }

    /** What a shell's line prints in a pod's app. */
    String sent(String namespace, String pod, String line) {
        return cluster.exec(namespace, pod, "app", "sh", "-c", line).out();
    }

    static ConditionFactory await(String what) {
        return Awaitility.await(what).atMost(PATIENCE).pollInterval(Duration.ofMillis(300));
    }
}
