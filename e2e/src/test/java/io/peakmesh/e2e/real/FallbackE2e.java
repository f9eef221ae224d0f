package io.peakmesh.e2e.real;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.peakmesh.e2e.real.app.HttpApp;
import io.peakmesh.peakewma.module.PeakEwmaModule;
import io.peakmesh.xds.translator.bootstrap.Admin;
import io.peakmesh.xds.translator.bootstrap.Bootstrap;
import io.peakmesh.xds.translator.bootstrap.Module;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Proxies that cannot balance by Peak-EWMA are served all the same, and named with the reason. */
class FallbackE2e {
    private static final String CLUSTER = "svc|shop/web|80";
    private static final int CALLS = 200;
    private static final int PER_SECOND = 40;

    private final RealMesh mesh = new RealMesh();
    private final Pod able = client("able", 11);
    private final Pod without = client("without", 12);
    private final Pod old = client("old", 13);
    private final Pod broken = client("broken", 14);
    private final Pod lost = client("lost", 15);

    @AfterEach
    void end() {
        mesh.close();
    }

    private Pod client(String name, int ip) {
        return Pod.unmeshed("shop", name, name, mesh.ip(ip)).meshPort();
    }

    private void start() throws IOException {
        List<String> documents = new ArrayList<>();
        documents.add(Yaml.service("shop", "web", Yaml.port("http", 80, 8080)));
        for (Pod client : List.of(able, without, old, broken, lost)) {
            documents.add(client.yaml());
        }
        for (int number = 1; number <= 3; number++) {
            documents.add(
                    Pod.unmeshed("shop", "web-" + number, "web", mesh.ip(20 + number), 8080)
                            .yaml());
            mesh.run(new HttpApp("web-" + number, mesh.at(20 + number, 8080)));
        }
        mesh.folder().put("shop", documents.toArray(String[]::new));
        mesh.startControlPlane();
    }

    /** The module, cut off in its middle: an Envoy that maps it dies of it. */
    private Path truncated() throws IOException {
        byte[] whole =
                PeakEwmaModule.forMachine(
                                System.getProperty("os.name"), System.getProperty("os.arch"))
                        .orElseThrow()
                        .bytes();
        return Files.write(
                mesh.dir().resolve("truncated.so"), Arrays.copyOf(whole, whole.length / 2));
    }

    /**
     * An Envoy whose node says that it has the module, and whose module file was lost after that
     * was found out.
     */
    private Sidecar lostItsModule() throws IOException {
        mesh.token(lost);
        Path tokenSecret = mesh.dir().resolve("lost-token.yaml");
        Path rootsSecret = mesh.dir().resolve("lost-roots.yaml");
        Bootstrap bootstrap =
                new Bootstrap(
                        lost.workload(),
                        "shop",
                        "",
                        new Bootstrap.ControlPlane(
                                mesh.ip(1),
                                mesh.xds().getPort(),
                                "xds.cluster.local",
                                mesh.state().resolve("roots.pem").toString(),
                                rootsSecret.toString()),
                        mesh.tokenDir(lost).toString(),
                        tokenSecret.toString(),
                        new Admin.Loopback(lost.ip(), Pod.ADMIN),
                        Bootstrap.MAX_CONNECTIONS,
                        new Module.Absent("none"));
        Files.writeString(tokenSecret, bootstrap.tokenSecret());
        Files.writeString(rootsSecret, bootstrap.controlPlane().rootsSecret());
        String rendered = bootstrap.render();
        String marked = rendered.replaceAll("(peakmesh_lb\"?: *)\"?none\"?", "$1\"v1\"");
        assertThat(marked).isNotEqualTo(rendered);
        Path folder = Files.createDirectories(mesh.dir().resolve("lost"));
        Files.writeString(folder.resolve(PeakEwmaModule.FILE), "no library at all");
        return mesh.byHand(
                lost, marked, Map.of("ENVOY_DYNAMIC_MODULES_SEARCH_PATH", folder.toString()));
    }

    @Test
    void everyProxyTakesItsConfigurationAndEveryRequestIsAnswered() throws IOException {
        start();
        Map<String, Sidecar> sidecars = new LinkedHashMap<>();
        sidecars.put("able", mesh.typed(able));
        sidecars.put("without", mesh.typed(without, "--module=none"));
        sidecars.put(
                "old", mesh.typed(old, Map.of(MeshCommand.ENVOY, EnvoyBinary.old().toString())));
        sidecars.put("broken", mesh.typed(broken, "--module=" + truncated()));
        sidecars.put("lost", lostItsModule());
        RealMesh.ready(sidecars.values().toArray(Sidecar[]::new));

        assertEveryRequestIsAnswered(sidecars);

        for (JsonNode proxy : mesh.controlPlane().get("/proxies")) {
            int refusals = 0;
            for (JsonNode type : proxy.path("types")) {
                assertThat(type.path("settled").asBoolean()).as(proxy.toPrettyString()).isTrue();
                refusals += type.path("nacks").asInt();
            }
            assertThat(refusals > 0)
                    .as(proxy.toPrettyString())
                    .isEqualTo(proxy.path("workload").asText().equals("shop/lost"));
        }
        sidecars.forEach((name, sidecar) -> {
            String cluster = sidecar.admin().dynamicCluster(CLUSTER);
            assertThat(cluster.contains("dynamic_modules")).as(name).isEqualTo(name.equals("able"));
            assertThat(cluster).as(name).contains("least_request");
            assertThat(cluster.contains("outlier_detection"))
                    .as(name)
                    .isEqualTo(!name.equals("able"));
        });
        assertCheckNamesThoseThatFallBack();
    }

    /** Through all proxies at once, from the first request on. */
    private static void assertEveryRequestIsAnswered(Map<String, Sidecar> sidecars) {
        Map<String, OpenLoop> loads = new LinkedHashMap<>();
        List<HttpCaller> callers = new ArrayList<>();
        try {
            sidecars.forEach((name, sidecar) -> {
                HttpCaller caller = HttpCaller.through(sidecar.pod());
                callers.add(caller);
                loads.put(name, new OpenLoop(PER_SECOND, () -> caller.named("web", "/")));
            });
            loads.forEach((name, load) -> {
                OpenLoop.Outcome outcome = load.first(CALLS);
                System.out.println("proxy '" + name + "': " + outcome);
                assertThat(outcome.failures()).as(name).isEmpty();
                assertThat(outcome.by()).as(name).hasSize(3);
            });
        } finally {
            loads.values().forEach(OpenLoop::close);
            callers.forEach(HttpCaller::close);
        }
    }

    private void assertCheckNamesThoseThatFallBack() {
        MeshCommand check = mesh.command("check", "--proxy");
        int code = check.exit();
        String said = check.said();
        System.out.println(said);
        assertThat(code).as(said).isZero();
        assertThat(said)
                .contains("√ every proxy took its configuration")
                .containsPattern("shop/without: .*--module")
                .containsPattern("shop/old: .*1\\.37\\.0")
                .containsPattern("shop/broken: .*(crashes|cannot be loaded)")
                .containsPattern("shop/lost: .*refused")
                .doesNotContain("shop/able");
        MeshCommand one = mesh.command("diagnostics", "endpoints", "--proxy", "shop/without");
        assertThat(one.exit()).as(one.said()).isEqualTo(1);
        assertThat(one.said()).contains("mesh check --proxy");
        Awaitility.await("diagnostics of the proxy with the module")
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> {
                    MeshCommand other =
                            mesh.command("diagnostics", "endpoints", "--proxy", "shop/able");
                    assertThat(other.exit()).as(other.said()).isZero();
                    assertThat(other.said()).contains("web-1", "web-2", "web-3");
                });
    }
}
