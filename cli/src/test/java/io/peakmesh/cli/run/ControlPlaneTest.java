package io.peakmesh.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.peakmesh.cli.Run;
import io.peakmesh.cli.admin.AdminClient;
import io.peakmesh.cli.folder.FolderHome;
import io.peakmesh.cli.mistake.Mistake;
import io.peakmesh.cli.terminal.CliException;
import io.peakmesh.cli.terminal.HostPort;
import io.peakmesh.model.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole control plane on loopback, in this process, with no proxy. */
class ControlPlaneTest {
    private static final String WRONG =
            "{apiVersion: v2, kind: Service, metadata: {name: cart, namespace: shop}}\n";

    @TempDir private Path work = Path.of("");
    private Path source = Path.of("");
    private Path state = Path.of("");

    @BeforeEach
    void writeGoodManifests() throws IOException {
        source = Files.createDirectory(work.resolve("source"));
        state = work.resolve("state");
        Mistake.writeGood(source);
    }

    private ControlPlane start() throws IOException {
        return start(0);
    }

    private ControlPlane start(int port) throws IOException {
        Settings settings = Settings.byDefault();
        return ControlPlane.start(
                new ControlPlaneOptions(
                        new HostPort("127.0.0.1", port),
                        Optional.empty(),
                        settings,
                        Duration.ofHours(12)),
                new FolderHome(
                        source,
                        state,
                        settings.trustDomain(),
                        Duration.ofHours(1),
                        InstantSource.system(),
                        new SecureRandom()));
    }

    private Run diagnostics(String... arguments) {
        String[] all = new String[arguments.length + 3];
        all[0] = "diagnostics";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        all[arguments.length + 1] = "--state";
        all[arguments.length + 2] = state.toString();
        return Run.mesh(all);
    }

    private static void make(Path file, String mode) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    @Test
    void itAnswersAsSoonAsItHasStarted() throws IOException {
        try (ControlPlane running = start()) {
            assertThat(running).isNotNull();
            AdminClient admin = AdminClient.of(state);

            assertThat(admin.get("/endpoints")).hasSize(4);
            assertThat(admin.get("/endpoints?service=shop/page-v1")).hasSize(1);
            assertThat(admin.get("/problems")).isEmpty();
            assertThat(admin.get("/proxies")).isEmpty();
            assertThat(admin.get("/version").path("peakmesh").asText()).isNotEmpty();
            assertThat(admin.get("/workloads").findValuesAsText("workload"))
                    .containsExactly("shop/page-v1-1", "shop/page-v2-1");
            assertThat(admin.get("/workloads").path(0).path("addresses").path(0).asText())
                    .isEqualTo("10.0.0.11");
            assertThat(admin.get("/counters").path("streams").asInt(-1)).isZero();
            assertThat(admin.get("/policy").path("targets")).hasSize(1);
            assertThat(admin.post("/renew").path("renewing").asInt(-1)).isZero();
        }
        assertThat(state.resolve("admin.json")).doesNotExist();
    }

    @Test
    void itsStateIsItsOwnersAloneAndHoldsATokenForEveryMeshedPod() throws IOException {
        try (ControlPlane running = start()) {
            assertThat(running).isNotNull();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(state)))
                    .isEqualTo("rwx------");
            assertThat(state.resolve("roots.pem")).content().contains("BEGIN CERTIFICATE");
            Path tokens = state.resolve("tokens").resolve("shop");
            assertThat(tokens.resolve("page-v1-1").resolve("token")).isNotEmptyFile();
            assertThat(tokens.resolve("page-v2-1").resolve("token")).isNotEmptyFile();
        }
    }

    @Test
    void editsOfTheFolderAppear() throws IOException {
        try (ControlPlane running = start()) {
            assertThat(running).isNotNull();
            AdminClient admin = AdminClient.of(state);

            Path wrong = Files.writeString(source.resolve("wrong.yaml"), WRONG);
            await().untilAsserted(() -> assertThat(admin.get("/problems")).hasSize(1));
            assertThat(admin.get("/problems").path(0).path("object").asText())
                    .isEqualTo("wrong.yaml: Service shop/cart");
            assertThat(admin.get("/endpoints")).hasSize(4);

            Files.delete(wrong);
            Files.writeString(
                    source.resolve("more.yaml"),
                    Meshes.pod("basket-1", "u7", "10.0.0.77", "basket"));
            await().untilAsserted(() -> {
                assertThat(admin.get("/problems")).isEmpty();
                assertThat(admin.get("/endpoints?service=shop/basket")).hasSize(1);
            });
            assertThat(state.resolve("tokens/shop/basket-1/token")).isNotEmptyFile();

            Files.delete(source.resolve("more.yaml"));
            await().untilAsserted(
                            () -> assertThat(state.resolve("tokens/shop/basket-1")).doesNotExist());
        }
    }

    @Test
    void aStateFolderThatCannotBeWrittenAnyMoreDoesNotStopTheMesh() throws IOException {
        try (ControlPlane running = start()) {
            assertThat(running).isNotNull();
            AdminClient admin = AdminClient.of(state);
            Path tokens = Files.createDirectories(state.resolve("tokens").resolve("shop"));
            Files.writeString(tokens.resolve("basket-1"), "a file where a folder is wanted");

            Files.writeString(
                    source.resolve("more.yaml"),
                    Meshes.pod("basket-1", "u7", "10.0.0.77", "basket")
                            + "---\n"
                            + Meshes.pod("zz-1", "u8", "10.0.0.78", "basket"));

            await().untilAsserted(() ->
                    assertThat(admin.get("/endpoints?service=shop/basket")).hasSize(2));
            assertThat(tokens.resolve("zz-1").resolve("token")).isNotEmptyFile();
            Files.delete(tokens.resolve("basket-1"));
            await().untilAsserted(() ->
                    assertThat(tokens.resolve("basket-1").resolve("token")).isNotEmptyFile());
        }
    }

    @Test
    void diagnosticsPrintLinkerdsColumns() throws IOException {
        Files.writeString(source.resolve("wrong.yaml"), WRONG);
        try (ControlPlane running = start()) {
            assertThat(running).isNotNull();

            List<String> endpoints =
                    diagnostics("endpoints", "shop/page-v1").out().lines().toList();
            assertThat(endpoints).hasSize(2);
            assertThat(endpoints.getFirst().split(" +", -1))
                    .containsExactly(
                            "NAMESPACE",
                            "IP",
                            "PORT",
                            "POD",
                            "SERVICE",
                            "HEALTH",
                            "MESHED",
                            "IDENTITY");
            assertThat(endpoints.getLast().split(" +", -1))
                    .containsExactly(
                            "shop",
                            "10.0.0.11",
                            "8080",
                            "page-v1-1",
                            "page-v1.shop:80",
                            "ready",
                            "√",
                            "shop/page");

            String policy = diagnostics("policy", "shop").out();
            assertThat(policy).contains("NAMESPACE   ACCESS      UNMESHED_CALLERS");
            assertThat(policy).contains("shop        enforcing   deny");
            assertThat(policy.lines().toList().getLast().split(" {2,}", -1))
                    .containsExactly(
                            "shop/web-reads-pages", "shop/web", "shop/page", "2", "GET /pages/.*");

            List<String> problems = diagnostics("problems").out().lines().toList();
            assertThat(problems.getLast().split(" {2,}", -1))
                    .containsExactly(
                            "error",
                            "wrong.yaml: Service shop/cart",
                            "apiVersion",
                            "is 'v2': Service needs v1");

            assertThat(diagnostics("config").out())
                    .startsWith(
                            "PROXY   ENVOY   BALANCER   SINCE   TYPE   HELD   SETTLED   NACKS"
                                    + "   LAST_NACK");
        }
    }

    @Test
    void diagnosticsPrintJsonAndOneLineForWhatIsNotThere() throws IOException {
        try (ControlPlane running = start()) {
            assertThat(running).isNotNull();
            JsonNode rows =
                    new ObjectMapper()
                            .readTree(diagnostics("endpoints", "shop/page", "-o", "json").out());
            assertThat(rows).hasSize(2);
            assertThat(rows.path(0).path("ip").asText()).isEqualTo("10.0.0.11");

            Run none = diagnostics("endpoints", "shop/none");
            assertThat(none.code()).isEqualTo(1);
            assertThat(none.err().strip())
                    .isEqualTo("mesh: no service shop/none; see all: mesh diagnostics endpoints");
            assertThat(diagnostics("config", "shop/none").err().strip())
                    .isEqualTo(
                            "mesh: no proxy of shop/none is connected; see all: mesh diagnostics"
                                    + " config");
            assertThat(diagnostics("policy", "shop/a&b").err().strip())
                    .isEqualTo("mesh: no workload shop/a&b; see all: mesh diagnostics endpoints");
        }
    }

    private Run check(String... arguments) {
        List<String> all = new ArrayList<>(List.of("check", "--state=" + state));
        all.addAll(List.of(arguments));
        return Run.mesh(all.toArray(String[]::new));
    }

    @Test
    void checkFindsItThroughTheStateFolder() throws IOException {
        try (ControlPlane running = start()) {
            assertThat(running).isNotNull();

            Run good = check();
            assertThat(good.out()).contains("√ control plane is running");
            assertThat(good.code()).isZero();

            Run lonely = check("--proxy", "-o", "short");
            assertThat(lonely.out())
                    .contains(
                            "× every meshed workload's proxy is connected",
                            "2 of 2 have no proxy connected:",
                            "next: mesh proxy --workload shop/page-v1-1 --state " + state)
                    .endsWith("Status check results are ×\n");
            assertThat(lonely.code()).isEqualTo(1);

            JsonNode json = new ObjectMapper().readTree(check("--proxy", "-o", "json").out());
            assertThat(json.path("success").asBoolean(true)).isFalse();
            assertThat(json.findValuesAsText("categoryName"))
                    .containsExactly(
                            "peakmesh-environment",
                            "peakmesh-control-plane",
                            "peakmesh-data-plane");
        }
    }

    @Test
    void checkSaysHowToStartAControlPlaneWhereThereIsNone() {
        Run run = check("-o", "short", "--proxy");

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out())
                .contains(
                        "× control plane is running",
                        "    no control plane works on " + state,
                        "    next: start one with: mesh control-plane --source DIR --state")
                .doesNotContain("peakmesh-data-plane");
    }

    @Test
    void checkWaitsForAControlPlaneThatIsStillStarting() throws Exception {
        CompletableFuture<Run> waiting =
                CompletableFuture.supplyAsync(() -> check("--wait", "60s"));
        try (ControlPlane running = start()) {
            assertThat(running).isNotNull();
            assertThat(waiting.get().out()).contains("√ control plane is running");
            assertThat(waiting.get().code()).isZero();
        }
    }

    @Test
    void aBusyPortIsOneLineAndNothingIsLeftRunning() throws IOException {
        try (ServerSocket busy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = busy.getLocalPort();
            assertThatThrownBy(() -> start(port))
                    .isInstanceOf(CliException.class)
                    .hasMessageMatching(
                            "cannot listen at 127\\.0\\.0\\.1:"
                                    + port
                                    + " \\([^\\n]+\\); name another address with --xds");
        }
        assertThat(state.resolve("admin.json")).doesNotExist();
    }

    @Test
    void aHostThatIsNotHereIsOneLine() {
        Run run =
                Run.mesh(
                        "control-plane",
                        "--source",
                        source.toString(),
                        "--state",
                        state.toString(),
                        "--xds",
                        "192.0.2.1:15010");

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err().strip())
                .startsWith("mesh: cannot listen at 192.0.2.1:15010 (")
                .endsWith("name another address with --xds");
        assertThat(run.err().strip().lines()).hasSize(1);
    }

    @Test
    void aSecondStartOnTheSameStateHasTheSameAuthority() throws IOException {
        try (ControlPlane running = start()) {
            assertThat(running).isNotNull();
        }
        String roots = Files.readString(state.resolve("roots.pem"));

        try (ControlPlane running = start()) {
            assertThat(running).isNotNull();
            assertThat(AdminClient.of(state).get("/endpoints")).hasSize(4);
        }
        assertThat(state.resolve("roots.pem")).hasContent(roots);
    }

    @Test
    void keysThatOthersCouldReadAreRefusedInOneLineWithTheRemedy() throws IOException {
        try (ControlPlane running = start()) {
            assertThat(running).isNotNull();
        }
        make(state.resolve("ca"), "rwxr-xr-x");

        assertThatThrownBy(this::start)
                .isInstanceOf(CliException.class)
                .hasMessageContaining("others than its owner may use it (rwxr-xr-x)")
                .hasMessageEndingWith("chmod 700")
                .message()
                .doesNotContain("\n", "Exception");
        make(state.resolve("ca"), "rwx------");
        try (ControlPlane running = start()) {
            assertThat(running).isNotNull();
        }
    }

    @Test
    void aStateFolderThatIsAFileIsOneLine() throws IOException {
        Files.writeString(state, "not a folder");

        assertThatThrownBy(this::start)
                .isInstanceOf(CliException.class)
                .hasMessage(
                        "the state folder "
                                + state
                                + " cannot be used: it is a file; name another one with --state");
    }

    @Test
    void aStateFolderThatCannotBeMadeIsOneLine() {
        state = Path.of("/proc/nothing-can-be-made-here/state");

        assertThatThrownBy(this::start)
                .isInstanceOf(CliException.class)
                .hasMessageStartingWith("the state folder /proc/nothing-can-be-made-here/state")
                .hasMessageEndingWith("name another one with --state")
                .message()
                .doesNotContain("\n");
    }
}
