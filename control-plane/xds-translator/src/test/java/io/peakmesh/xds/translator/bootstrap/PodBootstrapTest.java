package io.peakmesh.xds.translator.bootstrap;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peakmesh.peakewma.module.PeakEwmaModule;
import io.peakmesh.xds.translator.EnvoyBinary;
import io.peakmesh.xds.translator.ModuleLibrary;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PodBootstrapTest {
    private static final List<AppProbe> PROBES =
            List.of(
                    new AppProbe.Http(8080, "/healthz?full=1", false),
                    new AppProbe.Http(8443, "$(HOME)/\"a b\"", true),
                    new AppProbe.Tcp(5432),
                    new AppProbe.Grpc(50051, "shop.$$Catalog"));

    @TempDir Path dir;

    @Test
    void envoyTakesItWithAndWithoutProbesOnBothFamilies() throws Exception {
        for (String ip : List.of("10.0.0.7", "fd00::7")) {
            assertThat(validate(bootstrap("10.96.0.9", List.of()), ip)).isEmpty();
            assertThat(validate(bootstrap("peakmesh.peakmesh.svc", PROBES), ip)).isEmpty();
        }
    }

    @Test
    void kubernetesExpandsNothingInItButThePodsOwnNameAndAddress() {
        List<String> arguments = bootstrap("10.96.0.9", PROBES).envoyArguments("info", 2);
        assertThat(arguments)
                .startsWith(
                        "--service-node",
                        "$(POD_NAMESPACE)/$(POD_NAME)",
                        "--service-cluster",
                        "$(POD_NAMESPACE)",
                        "--config-yaml")
                .containsSequence("--concurrency", "2")
                .containsSequence("--log-level", "info");
        assertThat(arguments.get(5).replace("$(POD_IP)", "")).doesNotContain("$");
        assertThat(PodBootstrap.ENVIRONMENT)
                .containsOnlyKeys("POD_NAME", "POD_NAMESPACE", "POD_IP");
    }

    @Test
    void isSmallEnoughToBePartOfEveryPod() {
        assertThat(bootstrap("10.96.0.9", List.of()).render().getBytes(UTF_8).length)
                .isLessThan(9 * 1024);
    }

    @Test
    void aPathIsMadeFitForARequestLine() {
        assertThat(new AppProbe.Http(80, "", false).path()).isEqualTo("/");
        assertThat(new AppProbe.Http(80, "up?a=b c", false).path()).isEqualTo("/up?a=b%20c");
        assertThat(new AppProbe.Http(80, "/\r\nx: \u00e4#end", false).path())
                .isEqualTo("/%0D%0Ax:%20%C3%A4");
        assertThatThrownBy(() -> new AppProbe.Tcp(0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void tokenAndRootsAreWhereTheyAreMounted() {
        assertThat(PodBootstrap.tokenSecret()).contains("\"/var/run/peakmesh/token\"");
        assertThat(PodBootstrap.rootsSecret())
                .contains("trusted_ca: {filename: \"/var/run/peakmesh/roots.pem\"}")
                .contains("watched_directory: {path: \"/var/run/peakmesh\"}");
        assertThat(bootstrap("10.96.0.9", List.of()).render())
                .contains(
                        "{path: \"/etc/peakmesh/token-secret.yaml\", watched_directory: {path:"
                                + " \"/var/run/peakmesh\"}}")
                .contains(
                        "{path: \"/etc/peakmesh/roots-secret.yaml\", watched_directory: {path:"
                                + " \"/var/run/peakmesh\"}}");
    }

    static PodBootstrap bootstrap(String host, List<AppProbe> probes) {
        return new PodBootstrap(
                new Bootstrap.ControlPlane(
                        host,
                        15010,
                        "peakmesh.peakmesh.svc",
                        ProxyImage.ROOTS,
                        ProxyImage.ROOTS_SECRET),
                new Module.Placed(PeakEwmaModule.MARKER),
                probes);
    }

    private String validate(PodBootstrap bootstrap, String ip) throws Exception {
        List<String> command = new ArrayList<>(List.of(EnvoyBinary.path(), "--mode", "validate"));
        PodPlace place = new PodPlace(dir);
        for (String argument : bootstrap.envoyArguments("warning", 1)) {
            command.add(place.expand(argument, ip));
        }
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        ModuleLibrary.lookIn(dir, builder.environment());
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        return process.waitFor() == 0 ? "" : said;
    }
}
