package io.peakmesh.e2e.pods;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Volume;
import io.peakmesh.identity.issue.CaSettings;
import io.peakmesh.identity.issue.CertificateAuthority;
import io.peakmesh.identity.state.StateFolder;
import io.peakmesh.model.TrustDomain;
import io.peakmesh.peakewma.module.PeakEwmaModule;
import io.peakmesh.xds.translator.bootstrap.Bootstrap;
import io.peakmesh.xds.translator.bootstrap.Module;
import io.peakmesh.xds.translator.bootstrap.PodBootstrap;
import io.peakmesh.xds.translator.bootstrap.ProxyImage;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.startupcheck.OneShotStartupCheckStrategy;
import org.testcontainers.utility.DockerImageName;

/**
 * The images as they are built, without a cluster: each in a container that may do as little as in
 * a pod of the Restricted level, with a root that nobody can write to.
 */
class ImagesKubeE2e {
    private static final String CONTROL_PLANE = "peakmesh/control-plane";
    private static final String PROXY = "peakmesh/proxy";
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** Free, since the test has a network namespace of its own. */
    private static final int XDS_PORT = 15010;

    private static final int HEALTH_PORT = 15014;
    private static final int CONTROL_PLANE_UID = 65532;

    @RegisterExtension static final Podman PODMAN = new Podman();

    @TempDir Path folder;

    private static GenericContainer<?> container(
            String image, List<Bind> binds, Set<Capability> capabilities, String network) {
        return new GenericContainer<>(DockerImageName.parse(name(image)))
                .withImagePullPolicy(name -> false)
                .withCreateContainerCmdModifier(create -> confine(create, binds, capabilities))
                .withNetworkMode(network);
    }

    /** With podman's prefix, and the tag. */
    private static String name(String image) {
        return PODMAN.run("images", "--format={{.Repository}}:{{.Tag}}", image).strip();
    }

    private static void confine(
            CreateContainerCmd create, List<Bind> binds, Set<Capability> capabilities) {
        HostConfig host = create.getHostConfig();
        assertThat(host).isNotNull();
        host.withReadonlyRootfs(true)
                .withSecurityOpts(List.of("no-new-privileges"))
                .withCapDrop(Capability.ALL)
                .withCapAdd(capabilities.toArray(Capability[]::new))
                .withBinds(binds);
    }

    private static Bind bind(Path from, String to, AccessMode mode) {
        return new Bind(from.toString(), new Volume(to), mode);
    }

    /** What one run of a program prints; it must end with status 0. */
    private static String once(
            String image,
            List<Bind> binds,
            Set<Capability> capabilities,
            String user,
            List<String> command) {
        try (GenericContainer<?> container =
                container(image, binds, capabilities, "none")
                        .withStartupCheckStrategy(
                                new OneShotStartupCheckStrategy().withTimeout(PATIENCE))
                        .withCreateContainerCmdModifier(create -> {
                            create.withEntrypoint(command.getFirst());
                            create.withCmd(command.subList(1, command.size()));
                            if (!user.isEmpty()) {
                                create.withUser(user);
                            }
                        })) {
            container.start();
            return container.getLogs();
        }
    }

    /** A line of {@code /proc/<pid>/status} of a container's first process. */
    private static String status(GenericContainer<?> container, String field) throws IOException {
        Long pid = container.getCurrentContainerInfo().getState().getPidLong();
        try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
            return lines.filter(line -> line.startsWith(field + ":"))
                    .map(line -> line.substring(field.length() + 1).strip())
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static HttpResponse<String> get(int port, String path) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    private static void awaitAnswer(int port, String path, GenericContainer<?> container) {
        try {
            Awaitility.await(path)
                    .atMost(PATIENCE)
                    .ignoreExceptionsInstanceOf(IOException.class)
                    .until(() -> get(port, path).statusCode() == 200);
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("no answer; the container logged: " + container.getLogs(), e);
        }
    }

    private static void runsConfined(GenericContainer<?> container, int uid) throws IOException {
        assertThat(status(container, "Uid").split("\\s+")).containsOnly("" + uid);
        assertThat(status(container, "CapEff")).matches("0+");
        assertThat(status(container, "NoNewPrivs")).isEqualTo("1");
    }

    private Path folderOf(int uid, String name) throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path made = Files.createDirectory(folder.resolve(name));
        Files.setAttribute(made, "unix:uid", uid);
        Files.setAttribute(made, "unix:gid", uid);
        return made;
    }

    @Test
    void theControlPlaneServesAndEndsInOrder() throws Exception {
        Path source = folderOf(CONTROL_PLANE_UID, "source");
        Files.writeString(
                source.resolve("web.yaml"),
                """
                apiVersion: v1
                kind: Service
                metadata: {name: web, namespace: shop}
                spec: {clusterIP: 10.96.0.7, ports: [{name: http, port: 80}]}
                """);
        Path state = folderOf(CONTROL_PLANE_UID, "state");
        List<Bind> binds =
                List.of(bind(source, "/mesh", AccessMode.ro), bind(state, "/state", AccessMode.rw));
        try (GenericContainer<?> container =
                container(CONTROL_PLANE, binds, Set.of(), "host")
                        .withCommand(
                                "control-plane",
                                "--source=/mesh",
                                "--state=/state",
                                "--xds=127.0.0.1:" + XDS_PORT,
                                "--health=127.0.0.1:" + HEALTH_PORT)) {
            container.start();
            awaitAnswer(HEALTH_PORT, "/readyz", container);
            assertThat(get(HEALTH_PORT, "/livez").statusCode()).isEqualTo(200);
            assertThat(get(HEALTH_PORT, "/metrics").body()).contains("peakmesh_", "jvm_");
            runsConfined(container, CONTROL_PLANE_UID);
            assertThat(state).isNotEmptyDirectory();

            container
                    .getDockerClient()
                    .stopContainerCmd(container.getContainerId())
                    .withTimeout((int) PATIENCE.toSeconds())
                    .exec();
            assertThat(container.getCurrentContainerInfo().getState().getExitCodeLong())
                    .as("that of SIGTERM, which was not followed by SIGKILL")
                    .isEqualTo(128 + 15);
            assertThat(container.getLogs()).contains("ready: source=/mesh", "ended");
        }
    }

    /** With the mode {@code on} a JVM that cannot use its cache ends at once. */
    @Test
    void theControlPlaneStartsFromItsCache() {
        assertThat(
                        once(
                                CONTROL_PLANE,
                                List.of(),
                                Set.of(),
                                "",
                                List.of(
                                        "/opt/peakmesh/runtime/bin/java",
                                        "@/opt/peakmesh/jvm.options",
                                        "@/opt/peakmesh/image.options",
                                        "-XX:AOTMode=on",
                                        "io.peakmesh.cli.Main",
                                        "version")))
                .contains("0.1.0");
    }

    /** An Envoy that cannot load the module does not start. */
    @Test
    void theProxyRunsAsInAPodAndLoadsTheModule() throws Exception {
        Path identity = folderOf(ProxyImage.UID, "identity");
        Files.writeString(identity.resolve("token"), "of-nobody");
        Files.writeString(identity.resolve("roots.pem"), roots());
        List<String> arguments =
                new PodBootstrap(
                                new Bootstrap.ControlPlane(
                                        "127.0.0.1",
                                        XDS_PORT,
                                        "peakmesh.peakmesh.svc",
                                        ProxyImage.ROOTS,
                                        ProxyImage.ROOTS_SECRET),
                                new Module.Placed(PeakEwmaModule.MARKER),
                                List.of())
                        .envoyArguments("warning", 1).stream()
                                .map(word ->
                                        word.replace("$(POD_NAME)", "web-1")
                                                .replace("$(POD_NAMESPACE)", "shop")
                                                .replace("$(POD_IP)", "127.0.0.1"))
                                .toList();
        List<Bind> binds = List.of(bind(identity, ProxyImage.IDENTITY_DIR, AccessMode.ro));
        try (GenericContainer<?> container =
                container(PROXY, binds, Set.of(), "host")
                        .withEnv("ENVOY_DYNAMIC_MODULES_SEARCH_PATH", ProxyImage.MODULE_DIR)
                        .withCommand(arguments.toArray(String[]::new))) {
            container.start();
            awaitAnswer(ProxyImage.ADMIN_PORT, "/server_info", container);
            assertThat(get(ProxyImage.ADMIN_PORT, "/server_info").body()).contains("shop/web-1");
            // It has no listeners without a control plane, so it is not ready.
            assertThat(get(ProxyImage.ADMIN_PORT, "/ready").statusCode()).isEqualTo(503);
            runsConfined(container, ProxyImage.UID);
        }
    }

    private String roots() {
        return CertificateAuthority.open(
                        StateFolder.open(folder.resolve("ca"), Instant.now()),
                        new TrustDomain("cluster.local"),
                        CaSettings.byDefault(),
                        Instant.now(),
                        new SecureRandom())
                .bundle()
                .pem();
    }

    @Test
    void theRedirectIsSetUpByRootThatMayDoNothingElse() {
        List<String> script =
                List.of("/bin/sh", "-c", ProxyImage.REDIRECT + " --uid 2102 && nft list ruleset");
        assertThat(once(PROXY, List.of(), Set.of(Capability.NET_ADMIN), "0:0", script))
                .contains("skuid 2102", ":15001", ":15006");
    }

    @Test
    void theImagesSayWhatTheyAre() {
        for (String image : List.of(CONTROL_PLANE, PROXY)) {
            String said =
                    PODMAN.run(
                            "image",
                            "inspect",
                            "--format={{.Architecture}} {{.Os}} {{.User}} {{.Size}}",
                            name(image));
            System.out.println(image + ": " + said.strip());
            int uid = image.equals(PROXY) ? ProxyImage.UID : CONTROL_PLANE_UID;
            assertThat(said).contains(" linux ", " " + uid + ":" + uid + " ");
        }
    }
}
