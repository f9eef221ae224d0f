package io.peakmesh.cli.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.peakmesh.cli.Run;
import io.peakmesh.cli.proxy.AdminPlace;
import io.peakmesh.cli.terminal.HostPort;
import io.peakmesh.model.WorkloadName;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command as a user types it, beside an Envoy's admin interface made by hand. */
class BalancerTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final WorkloadName WEB = new WorkloadName("shop", "web-1");
    private static final String PAGE =
            """
            {"version": "v1", "endpoints": [
             {"cluster": "svc|shop/catalog|8080", "address": "10.0.0.1:8080", "priority": 0,
              "zone": "", "weight": 1, "outstanding": 2, "cost_ms": 3.24, "silence_ms": 0,
              "penalty_ms": 0, "load_ms": 9.7, "picks": 700, "pick_share": 0.875,
              "samples": 690, "failures": 0, "errors": 1, "idle_ms": 3, "tried": true},
             {"cluster": "svc|shop/catalog|8080", "address": "10.0.0.2:8080", "priority": 0,
              "zone": "", "weight": 1, "outstanding": 0, "cost_ms": 0, "silence_ms": 0,
              "penalty_ms": 4821.1, "load_ms": 4821.1, "picks": 100, "pick_share": 0.125,
              "samples": 0, "failures": 12, "errors": 0, "idle_ms": 70, "tried": true},
             {"cluster": "local|shop/catalog-db|5432", "address": "[fd00::7]:5432",
              "outstanding": 1, "cost_ms": 1.0, "penalty_ms": 0, "picks": 9, "pick_share": 1,
              "samples": 9, "failures": 0, "errors": 0},
             {"cluster": "tcp|10.0.0.9:6432", "address": "10.0.0.9:6432",
              "outstanding": 0, "cost_ms": 1.0, "penalty_ms": 0, "picks": 0, "pick_share": 0,
              "samples": 0, "failures": 0, "errors": 0}]}
            """;

    @TempDir private Path state = Path.of("");
    private HttpServer envoy;
    private int status = 200;
    private String body = PAGE;
    private String asked = "";

    @SuppressWarnings("NullAway.Init") // set before every test
    BalancerTest() {}

    @BeforeEach
    void start() throws IOException {
        envoy = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
        envoy.createContext(
                "/",
                exchange -> {
                    try (exchange) {
                        asked = exchange.getRequestMethod() + " " + exchange.getRequestURI();
                        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
                        exchange.sendResponseHeaders(status, bytes.length);
                        exchange.getResponseBody().write(bytes);
                    }
                });
        envoy.start();
    }

    @AfterEach
    void stop() {
        envoy.stop(0);
    }

    private HostPort admin() {
        return new HostPort("127.0.0.1", envoy.getAddress().getPort());
    }

    private Run endpoints(String... arguments) {
        List<String> all = new ArrayList<>(List.of("diagnostics", "endpoints"));
        all.addAll(List.of(arguments));
        all.add("--state=" + state);
        return Run.mesh(all.toArray(String[]::new));
    }

    @Test
    void theTableHasARowForEachEndpointWithUnitsInItsCells() throws IOException {
        List<String> lines =
                BalancerTable.of(
                                JSON.readTree(PAGE),
                                Map.of("10.0.0.1", "catalog-1", "fd00::7", "db-1"))
                        .lines();

        assertThat(lines.stream().map(l -> List.of(l.split(" +", -1))))
                .containsExactly(
                        List.of(
                                "SERVICE",
                                "ADDRESS",
                                "POD",
                                "COST",
                                "OUTSTANDING",
                                "SHARE",
                                "PENALTY",
                                "FAILURES",
                                "ERRORS"),
                        List.of(
                                "shop/catalog:8080",
                                "10.0.0.1:8080",
                                "catalog-1",
                                "3.2ms",
                                "2",
                                "87.5%",
                                "-",
                                "0",
                                "1"),
                        List.of(
                                "shop/catalog:8080",
                                "10.0.0.2:8080",
                                "-",
                                "-",
                                "0",
                                "12.5%",
                                "4821.1ms",
                                "12",
                                "0"),
                        List.of(
                                "shop/catalog-db:5432",
                                "[fd00::7]:5432",
                                "db-1",
                                "1.0ms",
                                "1",
                                "100.0%",
                                "-",
                                "0",
                                "0"),
                        List.of(
                                "tcp|10.0.0.9:6432",
                                "10.0.0.9:6432",
                                "-",
                                "-",
                                "0",
                                "0.0%",
                                "-",
                                "0",
                                "0"));
    }

    @Test
    void aProxyIsAskedByTheAddressOfItsAdminInterface() throws IOException {
        Run run = endpoints("--admin", "" + admin());

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(asked).isEqualTo("GET /peakmesh/endpoints");
        assertThat(run.out().strip().lines()).hasSize(5);
        assertThat(run.out().lines().toList())
                .isEqualTo(BalancerTable.of(JSON.readTree(PAGE), Map.of()).lines());
    }

    @Test
    void aProxyIsFoundByItsWorkloadWhileItRuns() throws IOException {
        try (AdminPlace told = AdminPlace.tell(state, WEB, admin())) {
            assertThat(told).isNotNull();
            assertThat(endpoints("--proxy", "shop/web-1").out()).contains("shop/catalog:8080");
            Path file = state.resolve("proxies/shop/web-1.json");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
        }

        Run after = endpoints("--proxy", "shop/web-1");
        assertThat(after.code()).isEqualTo(1);
        assertThat(after.err().strip())
                .isEqualTo(
                        "mesh: no proxy of shop/web-1 was started on this machine with the state"
                                + " folder "
                                + state
                                + "; ask its admin interface from where it runs: mesh"
                                + " diagnostics endpoints --admin HOST:PORT");
    }

    @Test
    void theNextProxyOfAWorkloadReplacesWhatACrashedOneTold() throws IOException {
        AdminPlace crashed = AdminPlace.tell(state, WEB, new HostPort("127.0.0.1", 1));
        AdminPlace next = AdminPlace.tell(state, WEB, new HostPort("::1", 2));

        assertThat(AdminPlace.find(state, WEB)).isEqualTo(new HostPort("::1", 2));
        crashed.close();
        assertThat(AdminPlace.find(state, WEB)).isEqualTo(new HostPort("::1", 2));
        try (var files = Files.list(state.resolve("proxies/shop"))) {
            assertThat(files).hasSize(1);
        }
        next.close();
        assertThat(state.resolve("proxies/shop")).isEmptyDirectory();
    }

    @Test
    void aDamagedFileIsOneLineThatSaysWhatToDo() throws IOException {
        Path file = state.resolve("proxies/shop/web-1.json");
        Files.createDirectories(file.getParent());
        for (String text : List.of("{", "{}", "{\"admin\": \"nowhere\"}")) {
            Files.writeString(file, text);
            assertThat(endpoints("--proxy", "shop/web-1").err().strip())
                    .isEqualTo(
                            "mesh: "
                                    + file
                                    + " is damaged; delete it and name the address: --admin"
                                    + " HOST:PORT");
        }
    }

    @Test
    void oneServiceIsShownAlone() throws IOException {
        Run run = endpoints("shop/catalog", "--admin", "" + admin(), "-o", "json");

        JsonNode page = JSON.readTree(run.out());
        assertThat(page.path("version").asText()).isEqualTo("v1");
        assertThat(page.path("endpoints").findValuesAsText("address"))
                .containsExactly("10.0.0.1:8080", "10.0.0.2:8080");
        assertThat(endpoints("shop/none", "--admin", "" + admin()).out().lines()).hasSize(1);
    }

    @Test
    void jsonIsThePageAsItIs() throws IOException {
        Run run = endpoints("--admin", "" + admin(), "-o", "json");

        assertThat(JSON.readTree(run.out())).isEqualTo(JSON.readTree(PAGE));
    }

    @Test
    void aProxyWithoutTheModuleSaysWhereTheReasonStands() {
        status = 404;
        body = "invalid path. admin commands are:";

        assertThat(endpoints("--admin", "" + admin()).err().strip())
                .isEqualTo(
                        "mesh: the proxy at "
                                + admin()
                                + " runs without the Peak-EWMA module; see why: mesh check"
                                + " --proxy");
    }

    @Test
    void whatIsNoPageIsOneLine() {
        body = "<html>";
        assertThat(endpoints("--admin", "" + admin()).err().strip())
                .isEqualTo(
                        "mesh: what listens at "
                                + admin()
                                + " is no Envoy with the Peak-EWMA module; see which proxies are"
                                + " connected: mesh check --proxy");

        body = "{\"version\": \"v7\", \"endpoints\": []}";
        assertThat(endpoints("--admin", "" + admin()).err().strip())
                .startsWith(
                        "mesh: the module of the proxy at " + admin() + " is of another version");

        status = 503;
        assertThat(endpoints("--admin", "" + admin()).err().strip())
                .isEqualTo("mesh: the admin interface at " + admin() + " answers with status 503");
    }

    @Test
    void aProxyThatIsGoneIsOneLine() throws IOException {
        AdminPlace left = AdminPlace.tell(state, WEB, admin());
        assertThat(left).isNotNull();
        stop();

        assertThat(endpoints("--proxy", "shop/web-1").err().strip())
                .startsWith(
                        "mesh: the admin interface of shop/web-1 at "
                                + admin()
                                + " does not answer")
                .endsWith("see which proxies are connected: mesh check --proxy")
                .doesNotContain("\n");
    }

    @Test
    void oneProxyIsNamedInOneWay() {
        assertThat(endpoints("--proxy", "shop/web-1", "--admin", "" + admin()).code()).isEqualTo(2);
        assertThat(endpoints("--proxy", "web-1").err().strip())
                .isEqualTo("mesh: --proxy: want namespace/name, have 'web-1'");
    }
}
