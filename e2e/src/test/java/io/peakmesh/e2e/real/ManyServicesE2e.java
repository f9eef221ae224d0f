package io.peakmesh.e2e.real;

import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.e2e.real.app.HttpApp;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a sidecar costs depends on what its app uses, not on how large the mesh is. */
class ManyServicesE2e {
    private static final int USED = 3;
    private static final int SIDECARS = 3;
    private static final int MORE_READINGS = 2;
    private static final long KIB_MORE = 1536;

    /** A mesh whose services are {@code s0}, {@code s1}…; one pod stands behind the used ones. */
    private static final class Town implements AutoCloseable {
        private final RealMesh mesh = new RealMesh();
        private final Pod client = Pod.unmeshed("town", "client", "client", mesh.ip(11)).meshPort();
        private final Pod server =
                Pod.unmeshed("town", "server", "server", mesh.ip(12), 8080).meshPort();
        private final List<Long> readings = new ArrayList<>();

        Town(int services) throws IOException {
            try {
                List<String> documents = new ArrayList<>();
                documents.add(client.yaml());
                documents.add(server.yaml());
                for (int i = 0; i < services; i++) {
                    String name = "s" + i;
                    String ip = "10.50." + i / 250 + "." + (i % 250 + 1);
                    documents.add(
                            Yaml.service(
                                    "town",
                                    name,
                                    i < USED ? "server" : name,
                                    "10.96." + i / 250 + "." + (i % 250 + 1),
                                    Yaml.port("http", 80, 8080)));
                    documents.add(
                            Pod.unmeshed("town", name + "-pod", name, ip, 8080).meshPort().yaml());
                }
                mesh.folder().put("town", documents.toArray(String[]::new));
                mesh.startControlPlane();
                mesh.run(new HttpApp("server", mesh.at(12, 8080)));
                RealMesh.ready(mesh.sidecar(server));
            } catch (RuntimeException | IOException e) {
                mesh.close();
                throw e;
            }
        }

        /** Starts a fresh sidecar, uses three services, and reads what it holds and weighs. */
        List<String> measure() {
            Sidecar sidecar = mesh.sidecar(client);
            RealMesh.ready(sidecar);
            try (HttpCaller caller = HttpCaller.through(client)) {
                for (int round = 0; round < 20; round++) {
                    for (int i = 0; i < USED; i++) {
                        assertThat(caller.get("s" + i, "/").status()).isEqualTo(200);
                    }
                }
            }
            readings.add(sidecar.privateKib());
            List<String> held = sidecar.admin().dynamicClusters();
            sidecar.close();
            return held.stream().filter(name -> name.startsWith("svc|")).toList();
        }

        long medianKib() {
            return readings.stream().sorted().toList().get(readings.size() / 2);
        }

        @Override
        public void close() {
            mesh.close();
        }
    }

    @Test
    void aSidecarThatUsesThreeServicesOfTwoThousandHoldsThree() throws IOException {
        try (Town village = new Town(10);
                Town city = new Town(2_000)) {
            for (int i = 0; i < SIDECARS; i++) {
                assertThat(village.measure()).hasSize(USED);
                assertThat(city.measure())
                        .containsExactlyInAnyOrder(
                                "svc|town/s0|80", "svc|town/s1|80", "svc|town/s2|80");
            }
            for (int i = 0; i < MORE_READINGS && tooHeavy(village, city); i++) {
                village.measure();
                city.measure();
            }
            System.out.printf(
                    "private memory of a sidecar that uses 3 services, median KiB:"
                            + " of 10: %d %s, of 2,000: %d %s%n",
                    village.medianKib(), village.readings, city.medianKib(), city.readings);
            assertThat(city.medianKib() - village.medianKib()).isLessThanOrEqualTo(KIB_MORE);
        }
    }

    private static boolean tooHeavy(Town village, Town city) {
        return city.medianKib() - village.medianKib() > KIB_MORE;
    }
}
