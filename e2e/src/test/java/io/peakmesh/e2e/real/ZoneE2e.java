package io.peakmesh.e2e.real;

import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.e2e.real.app.HttpApp;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Callers stay in their zone as long as that costs them nothing. */
class ZoneE2e {
    private static final int PER_SECOND = 100;

    private final RealMesh mesh = new RealMesh();
    private final Pod client = Pod.unmeshed("shop", "client", "client", mesh.ip(11)).meshPort();

    @AfterEach
    void end() {
        mesh.close();
    }

    private Pod instance(String zone, int number) {
        return Pod.unmeshed("shop", "web-" + zone, "web", mesh.ip(20 + number), 8080);
    }

    @Test
    void requestsStayInTheCallersZoneUntilItsEndpointIsSlow() throws IOException {
        Pod near = instance("a", 1);
        Pod far = instance("b", 2);
        mesh.folder()
                .put(
                        "shop",
                        client.yaml(),
                        near.yaml(),
                        far.yaml(),
                        Yaml.service("shop", "web", Yaml.port("", 80, 8080)),
                        Yaml.slice(
                                "shop",
                                "web",
                                8080,
                                Yaml.hinted(near, "a") + ", " + Yaml.hinted(far, "b")));
        mesh.startControlPlane();
        HttpApp inZone = mesh.run(new HttpApp("near", mesh.at(21, 8080)));
        mesh.run(new HttpApp("far", mesh.at(22, 8080)));
        Sidecar sidecar = mesh.sidecar(client, "a");
        RealMesh.ready(sidecar);
        try (HttpCaller caller = HttpCaller.through(client);
                OpenLoop load = new OpenLoop(PER_SECOND, () -> caller.named("web", "/"))) {
            load.next(100);
            OpenLoop.Outcome well = load.next(600);
            inZone.takes(Duration.ofMillis(500));
            load.next(100);
            OpenLoop.Outcome slow = load.next(400);

            System.out.println("two zones, the near endpoint is well: " + well);
            System.out.println("two zones, the near endpoint takes 500 ms: " + slow);
            assertThat(load.failures()).isEmpty();
            assertThat(well.share("near")).isGreaterThan(0.85);
            assertThat(slow.share("far")).isGreaterThan(0.8);
        }
    }
}
