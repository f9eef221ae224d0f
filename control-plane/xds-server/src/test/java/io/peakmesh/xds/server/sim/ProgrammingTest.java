package io.peakmesh.xds.server.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.model.ServiceName;
import io.peakmesh.model.WorkloadName;
import io.peakmesh.xds.server.delta.Standing;
import io.peakmesh.xds.translator.XdsType;
import io.peakmesh.xds.translator.envoy.EnvoyTranslator;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * How far the proxies are, as SMI objects' status says it; with the translations of the product.
 */
class ProgrammingTest {
    private static final ServiceName WEB = ServiceName.parse("ns/web");
    private static final String HOST = "outbound/web.ns:80";
    private static final String ADDRESS = "dst|10.0.0.1:80";

    private final MeshOfSidecars mesh = new MeshOfSidecars(new EnvoyTranslator());

    ProgrammingTest() {
        mesh.meshes
                .service("ns/web", 80)
                .endpoints("ns/web", 8080)
                .service("ns/next", 80)
                .endpoints("ns/next", 8081)
                .address("ns/web", "10.0.0.1")
                .app("ns/a", "ua", "default", 9000)
                .app("ns/b", "ub", "default", 9000)
                .app("ns/other", "uo", "other", 9000);
        mesh.publish();
    }

    private Sidecar caller(String workload, String uid) {
        Sidecar sidecar = mesh.connect(workload, uid);
        sidecar.subscribe(XdsType.VIRTUAL_HOST, HOST);
        sidecar.subscribe(XdsType.CLUSTER, "svc|ns/web|80");
        return sidecar;
    }

    private Standing web() {
        return mesh.proxies.standing(WEB);
    }

    private static Standing standing(int proxies, int current) {
        return new Standing(proxies, current, new TreeMap<>());
    }

    @Test
    void countsOnlyTheProxiesThatCallTheService() {
        assertThat(web()).isEqualTo(standing(0, 0));
        caller("ns/a", "ua");
        mesh.connect("ns/other", "uo", "other");

        assertThat(web()).isEqualTo(standing(1, 1));
        assertThat(mesh.proxies.standing(ServiceName.parse("ns/none"))).isEqualTo(standing(0, 0));
    }

    @Test
    void aProxyIsCurrentOnceItHasAcknowledgedTheSplitInEveryResourceThatItShaped() {
        caller("ns/a", "ua");
        Sidecar slow = caller("ns/b", "ub");
        slow.subscribe(XdsType.CLUSTER, ADDRESS);
        slow.becomeSilent();

        mesh.meshes.split("ns/web", "ns/next");
        mesh.publish();

        assertThat(web()).isEqualTo(standing(2, 1));
        slow.answer();
        assertThat(web()).isEqualTo(standing(2, 2));
        assertThat(slow.content(XdsType.VIRTUAL_HOST, HOST)).contains("svc|ns/next|80");
    }

    @Test
    void namesWhoRefusedTheNewestVersionAndWhatItSaid() {
        caller("ns/a", "ua");
        Sidecar stubborn = caller("ns/b", "ub");
        stubborn.refuse("no such thing");

        mesh.meshes.split("ns/web", "ns/next");
        mesh.publish();

        assertThat(web().proxies()).isEqualTo(2);
        assertThat(web().current()).isEqualTo(1);
        assertThat(web().refusals()).isEqualTo(Map.of(WorkloadName.parse("ns/b"), "no such thing"));
    }

    @Test
    void aNewerVersionThatIsTakenEndsTheRefusal() {
        Sidecar stubborn = caller("ns/b", "ub");
        stubborn.refuse("no");
        mesh.meshes.split("ns/web", "ns/next");
        mesh.publish();
        assertThat(web().refusals()).hasSize(1);
        stubborn.accept();

        mesh.meshes.split("ns/web", "ns/web");
        mesh.publish();

        assertThat(web()).isEqualTo(standing(1, 1));
    }

    @Test
    void atMostTenRefusalsAreNamed() {
        for (int i = 0; i < 12; i++) {
            mesh.meshes.app("ns/p" + i, "u" + i, "default", 9000);
        }
        mesh.publish();
        for (int i = 0; i < 12; i++) {
            caller("ns/p" + i, "u" + i).refuse("no");
        }
        mesh.meshes.split("ns/web", "ns/next");
        mesh.publish();

        assertThat(web().proxies()).isEqualTo(12);
        assertThat(web().current()).isZero();
        assertThat(web().refusals()).hasSize(10);
    }

    @Test
    void whatWasRemovedCountsAsCurrentOnceTheRemovalWasSent() {
        Sidecar caller = caller("ns/a", "ua");
        caller.becomeSilent();
        mesh.meshes.endpoints("ns/web", 8080, 8082);
        mesh.publish();
        mesh.meshes.withoutService("ns/web");
        mesh.publish();
        assertThat(web()).isEqualTo(standing(1, 0));

        caller.answer();

        assertThat(caller.held(XdsType.CLUSTER)).doesNotContainKey("svc|ns/web|80");
        assertThat(web()).isEqualTo(standing(1, 1));
    }

    @Test
    void aWorkloadsOwnListenerIsCountedInItsOwnProxy() {
        WorkloadName a = WorkloadName.parse("ns/a");
        assertThat(mesh.proxies.standing(a)).isEqualTo(standing(0, 0));
        Sidecar own = mesh.connect("ns/a", "ua");
        mesh.connect("ns/b", "ub");
        assertThat(mesh.proxies.standing(a)).isEqualTo(standing(1, 1));
        own.becomeSilent();

        mesh.meshes.app("ns/a", "ua", "default", 9001);
        mesh.publish();

        assertThat(mesh.proxies.standing(a)).isEqualTo(standing(1, 0));
        own.answer();
        assertThat(mesh.proxies.standing(a)).isEqualTo(standing(1, 1));
    }

    @Test
    void changesMovesWithEveryStreamSubscriptionMeshAndAnswer() {
        long before = mesh.proxies.changes();
        Sidecar caller = mesh.connect("ns/a", "ua");
        long connected = mesh.proxies.changes();
        assertThat(connected).isGreaterThan(before);
        mesh.pass(java.time.Duration.ofSeconds(1));
        assertThat(mesh.proxies.changes()).isEqualTo(connected);

        caller.becomeSilent();
        caller.subscribe(XdsType.VIRTUAL_HOST, HOST);
        long subscribed = mesh.proxies.changes();
        assertThat(subscribed).isGreaterThan(connected);
        caller.answer();
        long answered = mesh.proxies.changes();
        assertThat(answered).isGreaterThan(subscribed);
        mesh.publish();
        long published = mesh.proxies.changes();
        assertThat(published).isGreaterThan(answered);
        caller.disconnect();
        assertThat(mesh.proxies.changes()).isGreaterThan(published);
    }

    @Test
    void aFirstVersionOnItsWayWhenItsServiceGoesIsNotTakenForTheRemoval() {
        Sidecar caller = mesh.connect("ns/a", "ua");
        caller.becomeSilent();
        caller.subscribe(XdsType.CLUSTER, "svc|ns/web|80");
        mesh.meshes.withoutService("ns/web");
        mesh.publish();
        assertThat(web()).isEqualTo(standing(1, 0));

        caller.answer();

        assertThat(caller.held(XdsType.CLUSTER)).doesNotContainKey("svc|ns/web|80");
        assertThat(web()).isEqualTo(standing(1, 1));
    }

    @Test
    void everyoneOfACrowdIsCountedForEachServiceItCalls() {
        int services = 20;
        int callers = 200;
        for (int i = 0; i < services; i++) {
            mesh.meshes.service("ns/s" + i, 80).endpoints("ns/s" + i, 8080);
        }
        for (int i = 0; i < callers; i++) {
            mesh.meshes.app("ns/w" + i, "w" + i, "crowd", 9000);
        }
        mesh.publish();
        for (int i = 0; i < callers; i++) {
            Sidecar sidecar = mesh.connectAlone("ns/w" + i, "w" + i, "crowd");
            for (int s = i % 2; s < services; s += 2) {
                sidecar.subscribe(XdsType.CLUSTER, "svc|ns/s" + s + "|80");
            }
        }
        Sidecar last = mesh.connectAlone("ns/b", "ub", "default");
        last.becomeSilent();
        last.subscribe(XdsType.CLUSTER, "svc|ns/s0|80");

        assertThat(mesh.proxies.standing(ServiceName.parse("ns/s0")).current())
                .isEqualTo(mesh.proxies.standing(ServiceName.parse("ns/s0")).proxies() - 1)
                .isGreaterThanOrEqualTo(callers / 2);
        assertThat(mesh.proxies.standing(ServiceName.parse("ns/s1")).current())
                .isEqualTo(mesh.proxies.standing(ServiceName.parse("ns/s1")).proxies());
    }
}
