package io.peakmesh.xds.translator.bootstrap;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peakmesh.model.WorkloadName;
import io.peakmesh.peakewma.module.PeakEwmaModule;
import io.peakmesh.xds.translator.EnvoyBinary;
import io.peakmesh.xds.translator.ModuleLibrary;
import io.peakmesh.xds.translator.module.ModuleConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BootstrapTest {
    private static final Admin LOOPBACK = new Admin.Loopback("127.0.0.1", 9901);

    @TempDir Path dir;

    @Test
    void envoyTakesItWithAnAddressAndALoopbackAdmin() throws Exception {
        assertThat(validate(bootstrap("127.0.0.1", new Admin.Loopback("127.0.0.1", 9901))))
                .isEmpty();
    }

    @Test
    void envoyTakesItWithANameAndASocketAdmin() throws Exception {
        Admin admin = new Admin.Socket(dir.resolve("admin.sock").toString());
        assertThat(validate(bootstrap("peakmesh.peakmesh.svc", admin))).isEmpty();
    }

    @Test
    void envoyTakesItWithTheModuleAndOnlyWhereThatLies() throws Exception {
        Bootstrap bootstrap =
                bootstrap("127.0.0.1", LOOPBACK, new Module.Placed(PeakEwmaModule.MARKER));
        assertThat(validate(bootstrap)).contains("libpeakmesh.so");

        ModuleLibrary.place(dir);

        assertThat(validate(bootstrap)).isEmpty();
    }

    @Test
    void theNodeSaysWhetherItHasTheModuleAndWhyNot() {
        assertThat(bootstrap("127.0.0.1", LOOPBACK, new Module.Placed("v1")).render())
                .contains("metadata: {peakmesh_lb: \"v1\"}");
        assertThat(bootstrap("127.0.0.1", LOOPBACK, new Module.Absent("not \"here\"")).render())
                .contains("{peakmesh_lb: none, peakmesh_lb_reason: \"not \\\"here\\\"\"}")
                .doesNotContain("bootstrap_extensions");
    }

    @Test
    void theProbePassesOnlyWithAWholeModule() throws Exception {
        Path config = dir.resolve("probe.yaml");
        Files.writeString(config, ModuleProbe.config());
        List<String> command = new ArrayList<>(List.of(EnvoyBinary.path()));
        command.addAll(ModuleProbe.envoyArguments(config.toString()));
        assertThat(run(command)).contains("libpeakmesh.so");

        ModuleLibrary.place(dir);
        assertThat(run(command)).isEmpty();

        Path library = dir.resolve(PeakEwmaModule.FILE);
        byte[] whole = Files.readAllBytes(library);
        Files.write(library, Arrays.copyOf(whole, whole.length / 2));
        assertThat(run(command)).as("half a library, of which the loader dies").isNotEmpty();
    }

    @Test
    void theModuleIsCalledByTheNameUnderWhichItIsShipped() {
        assertThat(ModuleConfig.LIBRARY).isEqualTo(PeakEwmaModule.NAME);
    }

    /** The same is refused at Envoy's own limit of 100 steps. */
    @Test
    void aRegularExpressionOfThousandCharactersIsTaken() throws Exception {
        Bootstrap bootstrap = bootstrap("127.0.0.1", new Admin.Loopback("127.0.0.1", 9901));
        assertThat(validate(bootstrap, withPathRegex(bootstrap.render(), "a".repeat(1000))))
                .isEmpty();
        String atEnvoysLimit = bootstrap.render().replace("level: 10000", "level: 100");
        assertThat(validate(bootstrap, withPathRegex(atEnvoysLimit, "a".repeat(1000))))
                .contains("RE2");
    }

    private static String withPathRegex(String config, String regex) {
        return config.replace(
                "static_resources:\n",
                """
                static_resources:
                  listeners:
                  - name: regex
                    address: {socket_address: {address: 127.0.0.1, port_value: 0}}
                    filter_chains:
                    - filters:
                      - name: envoy.filters.network.http_connection_manager
                        typed_config:
                          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                          stat_prefix: regex
                          route_config:
                            virtual_hosts:
                            - name: all
                              domains: ["*"]
                              routes:
                              - match: {safe_regex: {regex: "%s"}}
                                direct_response: {status: 200}
                          http_filters:
                          - name: envoy.filters.http.router
                            typed_config:
                              "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router
                """
                        .formatted(regex));
    }

    @Test
    void valuesCannotLeaveTheirQuotes() throws Exception {
        Bootstrap odd =
                new Bootstrap(
                        new WorkloadName("shop", "a\"}, x: {\n"),
                        "tab\there",
                        "zone: 'a' # b\\",
                        controlPlane("127.0.0.1"),
                        dir.resolve("token").toString(),
                        dir.resolve("token.yaml").toString(),
                        new Admin.Loopback("::1", 9901),
                        10,
                        new Module.Absent("a \" reason\n"));
        assertThat(validate(odd)).isEmpty();
        assertThat(odd.render()).contains("\"zone: 'a' # b\\\\\"");
    }

    @Test
    void adminListensForTheMachineOnly() {
        assertThatThrownBy(() -> new Admin.Loopback("0.0.0.0", 9901))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theTokenIsNeverInTheText() throws Exception {
        Bootstrap bootstrap = bootstrap("127.0.0.1", new Admin.Loopback("127.0.0.1", 9901));
        assertThat(bootstrap.render() + bootstrap.tokenSecret()).doesNotContain("a-token");
    }

    private Bootstrap bootstrap(String host, Admin admin) {
        return bootstrap(host, admin, new Module.Absent("none here"));
    }

    private Bootstrap bootstrap(String host, Admin admin, Module module) {
        return new Bootstrap(
                new WorkloadName("shop", "web-1"),
                "shop/web",
                "zone-a",
                controlPlane(host),
                dir.resolve("token").toString(),
                dir.resolve("token.yaml").toString(),
                admin,
                Bootstrap.MAX_CONNECTIONS,
                module);
    }

    private Bootstrap.ControlPlane controlPlane(String host) {
        return new Bootstrap.ControlPlane(
                host,
                15010,
                "peakmesh.peakmesh.svc",
                dir.resolve("roots.pem").toString(),
                dir.resolve("roots.yaml").toString());
    }

    /** What Envoy has to say against it. */
    private String validate(Bootstrap bootstrap) throws IOException, InterruptedException {
        return validate(bootstrap, bootstrap.render());
    }

    private String validate(Bootstrap bootstrap, String config)
            throws IOException, InterruptedException {
        Files.createDirectories(dir.resolve("token"));
        Files.writeString(dir.resolve("token/token"), "a-token\n");
        Files.writeString(dir.resolve("token.yaml"), bootstrap.tokenSecret());
        Files.writeString(dir.resolve("roots.yaml"), bootstrap.controlPlane().rootsSecret());
        run(
                List.of(
                        "openssl",
                        "req",
                        "-x509",
                        "-newkey",
                        "ec",
                        "-pkeyopt",
                        "ec_paramgen_curve:prime256v1",
                        "-nodes",
                        "-days",
                        "2",
                        "-subj",
                        "/CN=root",
                        "-keyout",
                        "root.key",
                        "-out",
                        "roots.pem"));
        Files.writeString(dir.resolve("envoy.yaml"), config);
        List<String> command = new ArrayList<>(List.of(EnvoyBinary.path(), "--mode", "validate"));
        command.addAll(bootstrap.envoyArguments("envoy.yaml"));
        return run(command);
    }

    private String run(List<String> command) throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(dir.toFile()).redirectErrorStream(true);
        ModuleLibrary.lookIn(dir, builder.environment());
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        return process.waitFor() == 0 ? "" : said;
    }
}
