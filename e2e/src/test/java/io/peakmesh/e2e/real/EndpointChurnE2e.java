package io.peakmesh.e2e.real;

import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.e2e.real.app.HttpApp;
import io.peakmesh.model.Endpoint;
import io.peakmesh.model.Endpoint.Health;
import io.peakmesh.model.Endpoints;
import io.peakmesh.model.Mesh;
import io.peakmesh.model.ProxyMode;
import io.peakmesh.model.ServiceName;
import io.peakmesh.xds.server.ServerStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A service whose endpoints never rest: what the module keeps of each is let go again. */
class EndpointChurnE2e {
    private static final ServiceName WEB = new ServiceName("shop", "web");
    private static final int LIVE = 24;
    private static final int AT_LEAST = 3;
    private static final int CHANGES = 10_000;
    private static final List<Integer> LOOKS = List.of(1_000, 5_000, 10_000);

    /** The module remembers 4,096 endpoints that went, for half a minute, and no more. */
    private static final long MORE_KIB = 2_048;

    private static final int CLIENTS = 4;
    private static final long SEED = 20_261_123;

    private final RealMesh mesh = new RealMesh();
    private final Pod client = Pod.unmeshed("shop", "client", "client", mesh.ip(11)).meshPort();
    private final Random random = new Random(SEED);
    private final List<HttpApp> apps = new ArrayList<>();
    private List<String> last = List.of();

    @AfterEach
    void end() {
        mesh.close();
    }

    /** Some live instances by chance, and an address that was never there before. */
    private Mesh change(Mesh first, int number) {
        List<HttpApp> order = new ArrayList<>(apps);
        Collections.shuffle(order, random);
        List<Endpoint> some = new ArrayList<>();
        for (HttpApp app : order.subList(0, AT_LEAST + random.nextInt(LIVE - AT_LEAST))) {
            some.add(
                    endpoint(
                            app.address().getAddress().getHostAddress(),
                            app.address().getPort(),
                            Health.READY,
                            1 + random.nextInt(4)));
        }
        some.add(endpoint(mesh.ip(100 + number % 100), 20_000 + number, Health.DRAINING, 1));
        last = some.stream().map(e -> e.address() + ":" + e.port()).toList();
        SortedMap<ServiceName, Endpoints> endpoints = new TreeMap<>(first.endpoints());
        endpoints.put(WEB, new Endpoints(WEB, new TreeMap<>(Map.of(80, some))));
        return new Mesh(
                first.generation() + number,
                first.settings(),
                first.namespaces(),
                first.services(),
                endpoints,
                first.workloads(),
                first.splits(),
                first.targets(),
                first.addresses(),
                first.problems());
    }

    private static Endpoint endpoint(String ip, int port, Health health, int weight) {
        return new Endpoint(
                ip,
                port,
                health,
                Optional.empty(),
                Optional.empty(),
                new ProxyMode.Unmeshed(),
                "",
                "",
                weight,
                List.of());
    }

    /** Publishes and waits until the proxy has taken it: none is skipped for a later one. */
    private static void bring(MeshFeed feed, Mesh next) {
        ServerStatus.Counters before = feed.status().counters();
        feed.publish(next);
        long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (feed.status().counters().acks() == before.acks()) {
            if (System.nanoTime() - giveUp > 0) {
                throw new IllegalStateException("not taken: generation " + next.generation());
            }
            LockSupport.parkNanos(200_000);
        }
    }

    private static String wrong(HttpCaller.Answer answer) {
        return answer.ok() ? "" : answer.toString();
    }

    private static long settledKib(Sidecar sidecar) {
        List<Long> readings = new ArrayList<>();
        Awaitility.await("its memory was read")
                .pollInterval(Duration.ofMillis(200))
                .until(() -> {
                    readings.add(sidecar.privateKib());
                    return readings.size() == 9;
                });
        return readings.stream().sorted().toList().get(4);
    }

    private void assertOnlyTheLastAreListed(Sidecar sidecar) {
        Awaitility.await("the module lists the endpoints of the last change")
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() ->
                        assertThat(
                                        sidecar.admin()
                                                .moduleEndpoints()
                                                .path("endpoints")
                                                .findValuesAsText("address"))
                                .containsExactlyInAnyOrderElementsOf(last));
    }

    @Test
    void tenThousandChangesUnderLoadFailNoRequestAndLeaveNothingBehind() throws IOException {
        mesh.folder()
                .put("shop", client.yaml(), Yaml.service("shop", "web", Yaml.port("http", 80, 80)));
        for (int i = 0; i < LIVE; i++) {
            apps.add(mesh.run(new HttpApp("web-" + i, mesh.at(21 + i, 8080))));
        }
        try (MeshFeed feed = new MeshFeed(mesh, client)) {
            feed.publish(change(feed.first(), 1));
            Sidecar sidecar = mesh.sidecar(client);
            RealMesh.ready(sidecar);
            try (HttpCaller caller = HttpCaller.through(client);
                    Load load = new Load(CLIENTS, () -> wrong(caller.get("web", "/")))) {
                load.more(200);
                List<Long> kib = new ArrayList<>();
                for (int number = 1; number <= CHANGES; number++) {
                    bring(feed, change(feed.first(), 1 + number));
                    if (LOOKS.contains(number)) {
                        kib.add(settledKib(sidecar));
                    }
                }
                load.more(200);
                ServerStatus.Counters counters = feed.status().counters();
                System.out.printf(
                        "%,d endpoint changes under load: %,d calls, %d failures, %d NACKs,"
                                + " private KiB after %s changes: %s%n",
                        CHANGES,
                        load.calls(),
                        load.failures().size(),
                        counters.nacks(),
                        LOOKS,
                        kib);
                assertThat(load.failures()).isEmpty();
                assertThat(counters.nacks()).isZero();
                assertThat(counters.acks()).isGreaterThan(CHANGES);
                assertOnlyTheLastAreListed(sidecar);
                assertThat(kib.getLast() - kib.getFirst()).isLessThan(MORE_KIB);
            }
        }
    }
}
