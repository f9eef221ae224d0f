package io.peakmesh.identity.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.identity.attest.TokenAuthority;
import io.peakmesh.identity.issue.CaSettings;
import io.peakmesh.identity.issue.CertificateAuthority;
import io.peakmesh.identity.issue.WorkloadIdentity;
import io.peakmesh.identity.sds.WorkloadSecrets;
import io.peakmesh.model.ServiceAccountName;
import io.peakmesh.model.TrustDomain;
import io.peakmesh.model.WorkloadName;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A first start that is cut off anywhere, and two first starts at once. */
final class FirstStartTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final TrustDomain DOMAIN = new TrustDomain("cluster.local");

    @TempDir Path temporary;

    /** Stands for the power going off: it is no exception that anyone handles. */
    private static final class PowerCut extends Error {}

    @Test
    void resumesWhereverTheFirstStartWasCutOff() {
        List<String> steps = new ArrayList<>();
        start(StateFolder.open(temporary.resolve("whole"), NOW, steps::add));
        assertThat(steps).hasSizeGreaterThan(15).contains("link root.pem");

        for (int cut = 0; cut < steps.size(); cut++) {
            Path dir = temporary.resolve("cut-" + cut);
            int last = cut;
            int[] taken = {0};
            try {
                start(
                        StateFolder.open(
                                dir,
                                NOW,
                                _ -> {
                                    if (taken[0]++ >= last) {
                                        throw new PowerCut();
                                    }
                                }));
            } catch (PowerCut expected) {
                assertThat(taken[0]).isGreaterThan(last);
            }

            String resumed = start(StateFolder.open(dir, NOW));
            String again = start(StateFolder.open(dir, NOW));
            assertThat(again).as("after '%s' was cut off", steps.get(cut)).isEqualTo(resumed);
        }
    }

    @Test
    void endsWithOneAuthorityWhenSeveralProcessesStartAtOnce() throws Exception {
        Path dir = temporary.resolve("shared");
        List<Process> processes = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            processes.add(
                    new ProcessBuilder(
                                    Path.of(System.getProperty("java.home"), "bin", "java")
                                            .toString(),
                                    "-XX:TieredStopAtLevel=1",
                                    "-cp",
                                    System.getProperty("java.class.path")
                                            + File.pathSeparator
                                            + System.getProperty("surefire.test.class.path", ""),
                                    OneStart.class.getName(),
                                    dir.toString())
                            .redirectErrorStream(true)
                            .start());
        }
        TreeSet<String> outcomes = new TreeSet<>();
        for (Process process : processes) {
            byte[] output = process.getInputStream().readAllBytes();
            outcomes.add(new String(output, StandardCharsets.UTF_8));
            assertThat(process.waitFor()).as(outcomes.toString()).isZero();
        }

        assertThat(outcomes).hasSize(1);
        assertThat(outcomes.first()).contains(start(StateFolder.open(dir, NOW)));
        assertThat(StateFolder.open(dir, NOW).names(""))
                .contains("root.pem")
                .noneMatch(name -> name.endsWith(".tmp"));
    }

    /** What the process of the test above runs. */
    static final class OneStart {
        private OneStart() {}

        public static void main(String[] arguments) {
            System.out.print(start(StateFolder.open(Path.of(arguments[0]), NOW)));
        }
    }

    /** All that is made at a first start; the answer is what other starts must agree on. */
    private static String start(StateFolder folder) {
        SecureRandom random = new SecureRandom();
        CertificateAuthority authority =
                CertificateAuthority.open(folder, DOMAIN, CaSettings.byDefault(), NOW, random);
        TokenAuthority.open(folder, DOMAIN, random);
        WorkloadSecrets secrets = new WorkloadSecrets(authority, folder, new Random(1), _ -> {});
        authority.issueForControlPlane(NOW);
        return authority.bundle()
                + " "
                + folder.names("")
                + secrets.secret(
                                new WorkloadIdentity(
                                        new WorkloadName("demo", "web-1"),
                                        "web-1",
                                        new ServiceAccountName("demo", "web")),
                                WorkloadSecrets.ROOTS,
                                "",
                                NOW)
                        .orElseThrow()
                        .version();
    }
}
