package io.peakmesh.e2e.real;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code mesh demo} as a visitor runs it: a process of its own that leaves nothing behind. */
class DemoE2e {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir private Path dir = Path.of(".");
    private final List<ProcessHandle> started = new ArrayList<>();
    private final Set<ProcessHandle> seen = ConcurrentHashMap.newKeySet();

    @AfterEach
    void endWhatIsLeft() {
        started.forEach(ProcessHandle::destroyForcibly);
        seen.forEach(ProcessHandle::destroyForcibly);
    }

    private Process demo(String... arguments) throws IOException {
        Files.createDirectories(dir.resolve("tmp"));
        List<String> command =
                new ArrayList<>(
                        List.of(
                                // A process group of its own, as a terminal gives it, in which
                                // Ctrl-C works wherever this test was started from.
                                "setsid",
                                "env",
                                "--default-signal=INT",
                                "PEAKMESH_ENVOY=" + EnvoyBinary.path(),
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Djava.io.tmpdir=" + dir.resolve("tmp"),
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-XX:-UsePerfData",
                                "--sun-misc-unsafe-memory-access=allow",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "io.peakmesh.cli.Main",
                                "demo"));
        command.addAll(List.of(arguments));
        Process process =
                new ProcessBuilder(command)
                        .redirectOutput(dir.resolve("out").toFile())
                        .redirectError(dir.resolve("err").toFile())
                        .start();
        started.add(process.toHandle());
        return process;
    }

    /** Waits for its end and notes every process that it starts meanwhile. */
    private int end(Process demo) throws IOException {
        try {
            Awaitility.await("the demo ends")
                    .atMost(Duration.ofMinutes(4))
                    .pollInterval(Duration.ofMillis(200))
                    .until(() -> {
                        demo.descendants().forEach(seen::add);
                        return !demo.isAlive();
                    });
        } catch (RuntimeException e) {
            throw new IllegalStateException(Files.readString(dir.resolve("err")), e);
        }
        return demo.exitValue();
    }

    private void assertNothingIsLeft() throws IOException {
        assertThat(seen).as("processes that the demo started").hasSizeGreaterThan(11);
        Awaitility.await("every process of it is gone")
                .atMost(Duration.ofSeconds(10))
                .until(() -> seen.stream().noneMatch(ProcessHandle::isAlive));
        try (Stream<Path> left = Files.list(dir.resolve("tmp"))) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void theWalkHoldsWithRealCountsAndLeavesNothingBehind() throws IOException {
        Process demo = demo("--once", "-o", "json");

        int code = end(demo);

        String said = Files.readString(dir.resolve("out"));
        assertThat(code).as(said + Files.readString(dir.resolve("err"))).isZero();
        System.out.println(said);
        JsonNode result = JSON.readTree(said);
        assertThat(result.path("held").asBoolean()).isTrue();
        for (JsonNode step : result.path("steps")) {
            assertThat(step.path("held").asBoolean()).as(step.toString()).isTrue();
        }
        assertThat(result.path("steps").findValuesAsText("name"))
                .containsExactly("mesh", "split", "deny", "slow", "kill", "renew");
        assertThat(result.findPath("peerSeenByServer").path("cart").asText())
                .isEqualTo("spiffe://cluster.local/ns/shop/sa/web");
        assertThat(result.findPath("v2ShareAt90to10").asDouble()).isBetween(0.05, 0.15);
        assertThat(result.findPath("v1RequestsAt0to100").asInt(-1)).isZero();
        assertThat(result.findPath("deniedRequests").asInt()).isPositive();
        assertThat(result.findPath("reason").asText()).contains("TrafficTarget");
        assertThat(result.findPath("countedByTheServersSidecars").asInt()).isPositive();
        assertThat(result.findPath("peakEwma").asBoolean()).isTrue();
        assertThat(result.findPath("shareWhileSlow").asDouble(1))
                .isLessThan(result.findPath("fairShare").asDouble() / 2);
        assertThat(result.findPath("renewed").asInt()).isEqualTo(12);
        assertThat(result.findValues("requests")).hasSizeGreaterThan(5);
        assertNothingIsLeft();
    }

    @Test
    void controlCLeavesNothingBehind() throws IOException {
        Process demo = demo();
        Awaitility.await("the picture shows every sidecar of the shop")
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(200))
                .failFast("it ended", () -> !demo.isAlive())
                .until(() -> {
                    demo.descendants().forEach(seen::add);
                    return Files.readString(dir.resolve("out")).contains("MESHED");
                });

        int sent =
                new ProcessBuilder("sh", "-c", "kill -s INT -- -" + demo.pid())
                        .inheritIO()
                        .start()
                        .onExit()
                        .join()
                        .exitValue();

        assertThat(sent).isZero();
        assertThat(end(demo)).as("130 as for every program that ends by SIGINT").isEqualTo(130);
        assertNothingIsLeft();
    }
}
