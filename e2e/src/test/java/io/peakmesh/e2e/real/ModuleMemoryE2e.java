package io.peakmesh.e2e.real;

import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.e2e.real.app.HttpApp;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the module costs a sidecar, of which every workload has one. */
class ModuleMemoryE2e {
    private static final int SERVICES = 5;
    private static final int ROUNDS = 40;
    private static final int READINGS = 3;
    private static final int MORE_READINGS = 2;
    private static final long KIB_MORE = 512;

    private final RealMesh mesh = new RealMesh();
    private final Pod client = Pod.unmeshed("shop", "client", "client", mesh.ip(11)).meshPort();

    @AfterEach
    void end() {
        mesh.close();
    }

    private void start() throws IOException {
        List<String> documents = new ArrayList<>();
        documents.add(client.yaml());
        for (int service = 1; service <= SERVICES; service++) {
            String name = "s" + service;
            documents.add(Yaml.service("shop", name, Yaml.port("http", 80, 8080)));
            for (int number = 1; number <= 3; number++) {
                int ip = 20 + 10 * service + number;
                documents.add(
                        Pod.unmeshed("shop", name + "-" + number, name, mesh.ip(ip), 8080).yaml());
                mesh.run(new HttpApp(name + "-" + number, mesh.at(ip, 8080)));
            }
        }
        mesh.folder().put("shop", documents.toArray(String[]::new));
        mesh.startControlPlane();
    }

    /** The private memory of a fresh sidecar after the same traffic each time. */
    private long measure(boolean module) {
        Sidecar sidecar = module ? mesh.sidecar(client) : mesh.sidecarWithoutModule(client);
        RealMesh.ready(sidecar);
        try (HttpCaller caller = HttpCaller.through(client)) {
            for (int round = 0; round < ROUNDS; round++) {
                for (int service = 1; service <= SERVICES; service++) {
                    caller.named("s" + service, "/");
                }
            }
            assertThat(sidecar.admin().dynamicCluster("svc|shop/s1|80").contains("peak_ewma"))
                    .isEqualTo(module);
            return sidecar.privateKib();
        } finally {
            sidecar.close();
        }
    }

    private static long median(List<Long> readings) {
        return readings.stream().sorted().toList().get(readings.size() / 2);
    }

    @Test
    void aSidecarWithTheModuleWeighsHalfAMegabyteMoreAtMost() throws IOException {
        start();
        List<Long> with = new ArrayList<>();
        List<Long> without = new ArrayList<>();
        for (int i = 0; i < READINGS + MORE_READINGS; i++) {
            if (i < READINGS || median(with) - median(without) > KIB_MORE) {
                without.add(measure(false));
                with.add(measure(true));
            }
        }
        System.out.printf(
                "private memory of a sidecar, median KiB: without the module %d %s, with it %d %s,"
                        + " difference %d%n",
                median(without), without, median(with), with, median(with) - median(without));
        assertThat(median(with) - median(without)).isLessThanOrEqualTo(KIB_MORE);
    }
}
