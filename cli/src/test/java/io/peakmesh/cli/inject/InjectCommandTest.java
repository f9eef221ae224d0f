package io.peakmesh.cli.inject;

import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.cli.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class InjectCommandTest {
    private static final String SERVICE =
            """
            # callers come by this one
            apiVersion: v1
            kind: Service
            metadata: {name: web}
            """;
    private static final String DEPLOYMENT =
            """
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: web
            spec:
              template:
                metadata:
                  labels:
                    app: web
                spec:
                  containers:
                  - name: web
                    image: web
                    env:
                    - name: MODE
                      value: "on"
                  volumes:
                  - name: secret
                    secret:
                      secretName: web
                      defaultMode: 0400
            """;

    @TempDir private Path folder = Path.of("");

    private String file(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.writeString(file, text);
        return file.toString();
    }

    @Test
    void injectsWorkloadsAndPrintsTheRestAsItWas() throws IOException {
        Run run = Run.mesh("inject", file("all.yaml", SERVICE + "---\n" + DEPLOYMENT));
        assertThat(run.code()).isZero();
        assertThat(run.err().lines())
                .containsExactly("service \"web\" skipped", "deployment \"web\" injected");
        assertThat(run.out()).startsWith("---\n" + SERVICE + "---\n").contains("peakmesh-proxy");
    }

    @Test
    void keepsWhatKubectlMeansByNumbersAndWords() throws IOException {
        String out = Run.mesh("inject", file("web.yaml", DEPLOYMENT)).out();
        assertThat(out).contains("defaultMode: 256").contains("value: 'on'");
    }

    @Test
    void givesBackTheManifestThatItGot() throws IOException {
        String in = file("web.yaml", DEPLOYMENT);
        String injected = Run.mesh("inject", in).out();
        Run back = Run.mesh("uninject", file("injected.yaml", injected));
        assertThat(back.err().lines()).containsExactly("deployment \"web\" uninjected");
        assertThat(Manifest.read("", back.out()).getFirst().object())
                .isEqualTo(Manifest.read("", DEPLOYMENT).getFirst().object());
        assertThat(Run.mesh("inject", file("again.yaml", injected)).out()).isEqualTo(injected);
    }

    @Test
    void printsNothingWhereAPodIsRefused() throws IOException {
        String bad = DEPLOYMENT.replace("image: web", "securityContext: {runAsUser: 2102}");
        Run run = Run.mesh("inject", file("web.yaml", bad));
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err())
                .contains(
                        "× deployment \"web\":"
                                + " spec.template.spec.containers[0].securityContext.runAsUser");
    }

    @Test
    void hearsTheNamespaceAmongTheManifests() throws IOException {
        String namespace =
                """
                kind: Namespace
                metadata:
                  name: default
                  labels: {pod-security.kubernetes.io/enforce: restricted}
                """;
        Run run = Run.mesh("inject", file("all.yaml", DEPLOYMENT + "---\n" + namespace));
        assertThat(run.out()).contains("http_proxy").doesNotContain("peakmesh-redirect");
        assertThat(run.err()).contains("enforces the Pod Security level restricted");
    }

    @Test
    void takesJsonListsAndGivesJson() throws IOException {
        String list =
                """
                {"kind": "List", "items": [
                  {"kind": "Pod", "metadata": {"name": "a"}, "spec": {"containers": [{"name": "a"}]}},
                  {"kind": "ConfigMap", "metadata": {"name": "b"}}]}
                """;
        Run run = Run.mesh("inject", file("list.json", list));
        assertThat(run.err().lines())
                .containsExactly("pod \"a\" injected", "configmap \"b\" skipped");
        assertThat(run.out()).startsWith("{").contains("\"peakmesh-proxy\"");
    }

    @Test
    void onlyAnnotatesWhereThatIsAsked() throws IOException {
        Run run = Run.mesh("inject", "--annotate-only", file("web.yaml", DEPLOYMENT));
        assertThat(run.err().lines()).containsExactly("deployment \"web\" annotated");
        assertThat(run.out())
                .contains("peakmesh.io/inject: enabled")
                .doesNotContain("peakmesh-proxy");
    }

    @Test
    void makesAnOrdinaryContainerForAnOlderKubernetes() throws IOException {
        Run run =
                Run.mesh("inject", "--kubernetes-version", "v1.28.3", file("web.yaml", DEPLOYMENT));
        assertThat(run.out()).contains("postStart").doesNotContain("restartPolicy: Always");
    }
}
