package io.peakmesh.xds.server.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.xds.translator.XdsType;
import io.peakmesh.xds.translator.envoy.EnvoyTranslator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A service that was deleted and made again is reachable again by a sidecar that had used it: Envoy
 * does not ask for a cluster a second time. With the translations of the product.
 */
class ReturningServiceTest {
    private static final String CLUSTER = "svc|ns/web|80";
    private static final String OLD_IP = "10.0.0.1";
    private static final String NEW_IP = "10.0.0.99";
    private static final String OLD = "dst|10.0.0.1:80";
    private static final String NEW = "dst|10.0.0.99:80";

    /** What happens to the connection while the service is away. */
    enum Meanwhile {
        NOTHING,
        RECONNECT,
        ANOTHER_SERVER,
        GONE_AND_BACK_WHILE_DISCONNECTED
    }

    private final MeshOfSidecars mesh = new MeshOfSidecars(new EnvoyTranslator());
    private Sidecar sidecar = new Sidecar(mesh, "ns/a", "ua", "default");

    @BeforeEach
    void begin() {
        mesh.meshes.app("ns/a", "ua", "default", 9000);
        create(OLD_IP, 8080);
        sidecar = mesh.connect("ns/a", "ua");
    }

    private void create(String ip, int endpoint) {
        mesh.meshes.service("ns/web", 80).address("ns/web", ip).endpoints("ns/web", endpoint);
        mesh.publish();
    }

    private void delete() {
        mesh.meshes.withoutService("ns/web").endpoints("ns/web");
        mesh.publish();
    }

    /** Deleted, and made again with another address and another endpoint. */
    private void comeBack(Meanwhile meanwhile) {
        if (meanwhile == Meanwhile.GONE_AND_BACK_WHILE_DISCONNECTED) {
            sidecar.disconnect();
            delete();
            create(NEW_IP, 8099);
            sidecar.connect();
            return;
        }
        delete();
        if (meanwhile != Meanwhile.NOTHING) {
            sidecar.disconnect();
        }
        if (meanwhile == Meanwhile.ANOTHER_SERVER) {
            mesh.restart();
        }
        if (meanwhile != Meanwhile.NOTHING) {
            sidecar.connect();
        }
        create(NEW_IP, 8099);
    }

    private String endpoints(String cluster) {
        return sidecar.content(XdsType.ENDPOINT, cluster);
    }

    @ParameterizedTest
    @EnumSource
    void theClusterThatWasTakenAwayIsSentAgain(Meanwhile meanwhile) {
        sidecar.subscribe(XdsType.CLUSTER, CLUSTER);
        assertThat(sidecar.held(XdsType.CLUSTER)).containsKey(CLUSTER);

        comeBack(meanwhile);

        assertThat(sidecar.held(XdsType.CLUSTER)).containsKey(CLUSTER);
        assertThat(endpoints(CLUSTER)).isEqualTo(fresh(XdsType.ENDPOINT, CLUSTER)).isNotEmpty();
    }

    @Test
    void theClusterAndItsEndpointsAreTakenAwayMeanwhile() {
        sidecar.subscribe(XdsType.CLUSTER, CLUSTER);
        delete();

        assertThat(sidecar.held(XdsType.CLUSTER)).doesNotContainKey(CLUSTER);
        assertThat(sidecar.held(XdsType.ENDPOINT)).doesNotContainKey(CLUSTER);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "web",
                "web:80",
                "web.ns",
                "web.ns:80",
                "web.ns.svc",
                "web.ns.svc.cluster.local",
                "web.ns.svc.cluster.local.",
                "web.ns.svc.cluster.local:80"
            })
    void everyFormOfItsNameLeadsToItAgain(String authority) {
        for (Meanwhile meanwhile : Meanwhile.values()) {
            String host = "outbound/" + authority;
            sidecar.subscribe(XdsType.VIRTUAL_HOST, host);
            assertThat(sidecar.content(XdsType.VIRTUAL_HOST, host)).contains(CLUSTER);

            comeBack(meanwhile);

            assertThat(sidecar.content(XdsType.VIRTUAL_HOST, host))
                    .as("%s", meanwhile)
                    .contains(CLUSTER);
        }
    }

    @Test
    void theNameLeadsNowhereMeanwhile() {
        String host = "outbound/web.ns.svc.cluster.local";
        sidecar.subscribe(XdsType.VIRTUAL_HOST, host);

        delete();

        assertThat(sidecar.content(XdsType.VIRTUAL_HOST, host))
                .isNotEmpty()
                .doesNotContain(CLUSTER);
    }

    @ParameterizedTest
    @EnumSource
    void theOldAddressIsNoLongerTheServiceAndTheNewOneIs(Meanwhile meanwhile) {
        sidecar.subscribe(XdsType.CLUSTER, OLD, "tcp|10.0.0.1:80");
        String service = sidecar.content(XdsType.CLUSTER, OLD);
        assertThat(endpoints(OLD)).isNotEmpty();

        comeBack(meanwhile);
        sidecar.subscribe(XdsType.CLUSTER, NEW);

        assertThat(sidecar.content(XdsType.CLUSTER, OLD))
                .isEqualTo(fresh(XdsType.CLUSTER, OLD))
                .isNotEqualTo(service);
        assertThat(sidecar.content(XdsType.CLUSTER, "tcp|10.0.0.1:80"))
                .isEqualTo(fresh(XdsType.CLUSTER, "tcp|10.0.0.1:80"));
        assertThat(endpoints(NEW)).isEqualTo(fresh(XdsType.ENDPOINT, NEW)).isNotEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void theSameAddressIsTheServiceAgain(Meanwhile meanwhile) {
        sidecar.subscribe(XdsType.CLUSTER, OLD, "tcp|10.0.0.1:80");
        String service = sidecar.content(XdsType.CLUSTER, OLD);

        comeBack(meanwhile);
        delete();
        create(OLD_IP, 8100);

        assertThat(sidecar.content(XdsType.CLUSTER, OLD)).isEqualTo(service);
        for (String cluster : new String[] {OLD, "tcp|10.0.0.1:80"}) {
            assertThat(endpoints(cluster)).isEqualTo(fresh(XdsType.ENDPOINT, cluster)).isNotEmpty();
        }
    }

    /** An address that a sidecar asked for while it was nobody's becomes a service's. */
    @Test
    void anAddressThatWasAskedForBeforeItsServiceWasThereBecomesTheService() {
        sidecar.subscribe(XdsType.CLUSTER, NEW);
        String nobody = sidecar.content(XdsType.CLUSTER, NEW);

        delete();
        create(NEW_IP, 8099);

        assertThat(sidecar.content(XdsType.CLUSTER, NEW)).isNotEqualTo(nobody);
        assertThat(endpoints(NEW)).isNotEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aClusterAskedForBeforeItsServiceWasThereComesWithIt(Meanwhile meanwhile) {
        delete();
        sidecar.subscribe(XdsType.CLUSTER, CLUSTER);
        assertThat(sidecar.held(XdsType.CLUSTER)).doesNotContainKey(CLUSTER);

        comeBack(meanwhile);

        assertThat(sidecar.held(XdsType.CLUSTER)).containsKey(CLUSTER);
        assertThat(endpoints(CLUSTER)).isNotEmpty();
    }

    /** What a sidecar that has never seen another state is given. */
    private String fresh(XdsType type, String name) {
        Sidecar other = new Sidecar(mesh, "ns/a", "ua", "default");
        sidecar.disconnect();
        other.take(other.begin());
        other.subscribe(XdsType.CLUSTER, name);
        String content = other.content(type, name);
        other.disconnect();
        sidecar.connect();
        return content;
    }
}
