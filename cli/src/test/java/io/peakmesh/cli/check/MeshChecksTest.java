package io.peakmesh.cli.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.peakmesh.cli.terminal.CliException;
import io.peakmesh.cli.terminal.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The checks of control plane and proxies on answers written by hand. */
class MeshChecksTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, String> answers = new TreeMap<>();

    MeshChecksTest() {
        answers.put("/version", "{\"peakmesh\": \"%s\"}".formatted(Version.PEAKMESH));
        answers.put("/problems", "[]");
        answers.put("/workloads", "[]");
        answers.put("/proxies", "[]");
        answers.put("/source", "{\"leader\": true, \"feeds\": []}");
    }

    private Report report() {
        Answers controlPlane =
                path -> {
                    String answer = answers.get(path);
                    if (answer == null) {
                        throw new CliException("no control plane; start one with: mesh now");
                    }
                    try {
                        return JSON.readTree(answer);
                    } catch (JsonProcessingException e) {
                        throw new AssertionError(e);
                    }
                };
        Commands commands = new Commands("");
        return Report.of(
                List.of(
                        ControlPlaneChecks.of(controlPlane, commands),
                        DataPlaneChecks.of(controlPlane, commands)));
    }

    private List<String> wrong() {
        List<String> lines = report().lines(false);
        return lines.stream()
                .filter(l -> l.startsWith("‼") || l.startsWith("×") || l.startsWith("    "))
                .map(String::strip)
                .toList();
    }

    private void workloads(String... names) {
        List<String> rows = new ArrayList<>();
        for (String name : names) {
            boolean meshed = !name.startsWith("-");
            rows.add(
                    "{\"workload\": \"%s\", \"meshed\": %s}"
                            .formatted(meshed ? name : name.substring(1), meshed));
        }
        answers.put("/workloads", rows.toString());
    }

    private void proxies(String... rows) {
        answers.put("/proxies", List.of(rows).toString());
    }

    private static String proxy(String name) {
        return proxy(name, Version.ENVOY, "peak-ewma", "", 0, "");
    }

    private static String proxy(
            String name, String envoy, String balancer, String reason, int refused, String nack) {
        return """
        {"workload": "%s", "envoy": "%s", "balancer": "%s", "balancerReason": "%s",
         "types": [{"type": "LISTENER", "refused": 0, "lastNack": ""},
                   {"type": "CLUSTER", "refused": %d, "lastNack": "%s"}]}
        """
                .formatted(name, envoy, balancer, reason, refused, nack);
    }

    @Test
    void aMeshThatIsWellIsToldLineByLine() {
        workloads("shop/web-1", "shop/web-2", "-shop/old-1");
        proxies(proxy("shop/web-1"), proxy("shop/web-2"));

        assertThat(report().lines(true))
                .containsExactly(
                        "peakmesh-control-plane",
                        "----------------------",
                        "√ control plane is running",
                        "√ control plane and this command are of one version",
                        "√ its source is connected",
                        "√ every object was read without a mistake",
                        "",
                        "peakmesh-data-plane",
                        "-------------------",
                        "√ every meshed workload's proxy is connected (2)",
                        "√ every proxy took its configuration",
                        "√ every proxy balances by Peak-EWMA",
                        "√ every proxy's Envoy is the version tested with",
                        "",
                        "Status check results are √");
    }

    @Test
    void withoutAControlPlaneNothingElseIsAsked() {
        answers.clear();

        assertThat(report().categories()).hasSize(1);
        assertThat(wrong())
                .containsExactly(
                        "× control plane is running",
                        "no control plane",
                        "next: start one with: mesh now");
        assertThat(report().worthWaiting()).isTrue();
        assertThat(report().success()).isFalse();
    }

    @Test
    void aControlPlaneOfAnotherVersionIsAWarning() {
        workloads("shop/web-1");
        proxies(proxy("shop/web-1"));
        answers.put("/version", "{\"peakmesh\": \"9.9.9\"}");

        assertThat(wrong())
                .contains(
                        "‼ control plane and this command are of one version",
                        "the control plane is 9.9.9, this command is " + Version.PEAKMESH);
        assertThat(report().success()).isTrue();
    }

    @Test
    void refusedObjectsAreNamedAndRemarksAreNot() {
        workloads("shop/web-1");
        proxies(proxy("shop/web-1"));
        answers.put(
                "/problems",
                """
                [{"severity": "error", "object": "a.yaml: Service shop/cart", "field": "apiVersion",
                  "reason": "is 'v2': Service needs v1"},
                 {"severity": "warning", "object": "b.yaml", "field": "", "reason": "is odd"}]
                """);

        assertThat(wrong())
                .containsExactly(
                        "‼ every object was read without a mistake",
                        "1 refused, the mesh is served without them:",
                        "- a.yaml: Service shop/cart: apiVersion is 'v2': Service needs v1",
                        "next: mesh diagnostics problems");
        assertThat(report().success()).isTrue();
    }

    @Test
    void aWorkloadWithoutItsProxyIsAWarningThatNamesIt() {
        workloads("shop/web-1", "shop/web-2");
        proxies(proxy("shop/web-1"));

        assertThat(wrong())
                .containsExactly(
                        "‼ every meshed workload's proxy is connected",
                        "1 of 2 have no proxy connected:",
                        "- shop/web-2",
                        "next: mesh proxy --workload shop/web-2");
        assertThat(report().success()).isTrue();
        assertThat(report().worthWaiting()).isTrue();
    }

    @Test
    void aMeshWithoutAnyProxyFails() {
        workloads("shop/web-1", "shop/web-2");

        assertThat(wrong())
                .contains(
                        "× every meshed workload's proxy is connected",
                        "2 of 2 have no proxy connected:",
                        "next: mesh proxy --workload shop/web-1");
        assertThat(report().success()).isFalse();
    }

    @Test
    void aMeshWithoutAMeshedWorkloadSaysHowToMakeOne() {
        workloads("-shop/old-1");

        assertThat(wrong())
                .containsExactly(
                        "‼ every meshed workload's proxy is connected",
                        "no workload is meshed: give Pods the annotation peakmesh.io/proxy",
                        "next: mesh diagnostics endpoints");
    }

    @Test
    void aRefusedConfigurationFailsWithProxyTypeAndText() {
        workloads("shop/web-1");
        proxies(proxy("shop/web-1", Version.ENVOY, "peak-ewma", "", 2, "c: no such policy"));

        assertThat(wrong())
                .containsExactly(
                        "× every proxy took its configuration",
                        "1 refused, the last good version stays in force:",
                        "- shop/web-1 refused 2 CLUSTER: c: no such policy",
                        "next: mesh diagnostics config shop/web-1");
        assertThat(report().success()).isFalse();
    }

    @Test
    void proxiesThatFallBackAreNamedWithTheReason() {
        workloads("shop/web-1", "shop/web-2");
        proxies(
                proxy("shop/web-1"),
                proxy("shop/web-2", Version.ENVOY, "least-request", "it is broken", 0, ""));

        assertThat(wrong())
                .containsExactly(
                        "‼ every proxy balances by Peak-EWMA",
                        "1 balance by least-request:",
                        "- shop/web-2: it is broken",
                        "next: mesh diagnostics config -o json");
        assertThat(report().success()).isTrue();
        assertThat(report().worthWaiting()).isFalse();
    }

    @Test
    void anotherEnvoyIsNamed() {
        workloads("shop/web-1");
        proxies(proxy("shop/web-1", "1.37.0", "peak-ewma", "", 0, ""));

        assertThat(wrong())
                .containsExactly(
                        "‼ every proxy's Envoy is the version tested with",
                        "1 run another Envoy than " + Version.ENVOY + ":",
                        "- shop/web-1: 1.37.0",
                        "next: mesh diagnostics config");
    }

    @Test
    void aKindThatIsNotWatchedIsNamedWithItsTrouble() {
        answers.put(
                "/source",
                """
                {"leader": false, "feeds": [
                  {"kind": "Pod", "connected": false, "trouble": "connection refused"},
                  {"kind": "Service", "connected": true, "trouble": ""}]}
                """);

        assertThat(wrong())
                .anySatisfy(line -> assertThat(line).contains("its source is connected"))
                .anySatisfy(line -> assertThat(line).contains("Pod: connection refused"));
    }
}
