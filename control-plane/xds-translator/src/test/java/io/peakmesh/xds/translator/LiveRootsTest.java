package io.peakmesh.xds.translator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.peakmesh.model.Mesh;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The control plane gets other roots while an Envoy runs, which nobody starts anew. */
class LiveRootsTest {
    private static final String ADDRESS = "127.0.14.1";
    private static final String WEB = "shop/web-1";

    @TempDir Path dir;
    private final int mesh = FreePort.on(ADDRESS);
    private final int out = FreePort.on(ADDRESS);

    LiveRootsTest() throws IOException {}

    @Test
    void anEnvoyTakesOtherRootsThatAreRenamedIntoTheirPlace() throws IOException {
        followsTheRoots(RootsPlace.RENAMED);
    }

    @Test
    void anEnvoyTakesOtherRootsThatTheKubeletBrings() throws IOException {
        followsTheRoots(RootsPlace.AS_THE_KUBELET_DOES);
    }

    private void followsTheRoots(RootsPlace place) throws IOException {
        try (LiveMesh live = new LiveMesh(dir, opening(FreePort.on(ADDRESS)), place)) {
            Certificates certificates = live.certificates();
            certificates.root("second");
            certificates.leaf("xds-second", "second", "DNS:xds.peakmesh");
            certificates.leaf("other-second", "second", "DNS:other.peakmesh");
            Process envoy = live.start(WEB);

            certificates.trust("root", "second");
            assertTakesConfigurationFrom("xds-second", live);
            assertTakesConfigurationFrom("xds", live);

            certificates.trust("second");
            assertTakesConfigurationFrom("xds-second", live);
            assertRefuses("xds", "fail_verify_error", live);

            assertKeepsWhatItHas("no certificate", live);
            assertKeepsWhatItHas("", live);
            assertRefuses("other-second", "fail_verify_san", live);
            assertRefuses("xds", "fail_verify_error", live);
            assertTakesConfigurationFrom("xds-second", live);
            assertThat(envoy.isAlive()).isTrue();
        }
    }

    private void assertKeepsWhatItHas(String text, LiveMesh live) throws IOException {
        String counter = "sds.control-plane-roots.key_rotation_failed";
        long before = live.counter(WEB, counter);
        Files.writeString(live.certificates().file("broken.pem"), text);
        live.certificates().trust("broken");
        await("refusal of \"" + text + '"')
                .atMost(Duration.ofSeconds(60))
                .until(() -> live.counter(WEB, counter) > before);
    }

    /** A listener that the Envoy did not know before is opened by it. */
    private void assertTakesConfigurationFrom(String certificate, LiveMesh live)
            throws IOException {
        int port = FreePort.on(ADDRESS);
        live.replaceServer(certificate, opening(port));
        try {
            await("configuration from " + certificate)
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> live.admin(WEB, "/listeners").contains(":" + port));
        } catch (ConditionTimeoutException late) {
            throw new AssertionError(late.getMessage() + live.lastWords(), late);
        }
    }

    private void assertRefuses(String certificate, String why, LiveMesh live) throws IOException {
        String counter = "cluster.xds.ssl." + why;
        long before = live.counter(WEB, counter);
        int port = FreePort.on(ADDRESS);
        live.replaceServer(certificate, opening(port));
        await("refusal of " + certificate)
                .atMost(Duration.ofSeconds(60))
                .until(() -> live.counter(WEB, counter) > before);
        assertThat(live.admin(WEB, "/listeners")).doesNotContain(":" + port);
        assertThat(live.counter(WEB, "control_plane.connected_state")).isZero();
    }

    private Mesh opening(int port) throws IOException {
        return MeshYaml.read(
                Yaml.parse(
                        """
                        settings: {ranges: [127.0.0.0/8, 10.0.0.0/8]}
                        services:
                          shop/bytes: {ports: [7000 TCP]}
                        endpoints: {}
                        workloads:
                          shop/web-1: {account: shop/web, addresses: [%s], proxy: mesh %d %d, localPorts: [%d shop/bytes 7000], zone: a}
                        """
                                .formatted(ADDRESS, mesh, out, port)));
    }
}
