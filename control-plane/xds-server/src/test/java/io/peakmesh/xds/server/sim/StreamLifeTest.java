package io.peakmesh.xds.server.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.xds.server.delta.Effect.Close;
import io.peakmesh.xds.server.delta.Effect.Reason;
import io.peakmesh.xds.translator.XdsType;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When a stream begins and ends as its workload comes and goes; two are let in at one time. */
class StreamLifeTest {
    private final MeshOfSidecars mesh = new MeshOfSidecars(new SimTranslator(), Simulation.LIMITS);

    @BeforeEach
    void begin() {
        mesh.meshes.workload("ns/a", "u1", 1).workload("ns/b", "v1", 1).workload("ns/c", "w1", 1);
        mesh.publish();
    }

    private static Reason end(Sidecar sidecar) {
        assertThat(sidecar.ends).hasSize(1);
        return sidecar.ends.getFirst().reason();
    }

    @Test
    void aWorkloadMadeAgainUnderItsNameBetweenTwoMeshesLosesItsStreamAndItsNewProxyGetsOne() {
        Sidecar old = mesh.connect("ns/a", "u1");
        assertThat(old.held(XdsType.LISTENER)).isNotEmpty();

        mesh.meshes.workload("ns/a", "u2", 1);
        mesh.publish();

        assertThat(end(old)).isEqualTo(Reason.UNKNOWN_WORKLOAD);
        assertThat(mesh.proxies.view()).isEmpty();
        assertThat(mesh.connect("ns/a", "u2").held(XdsType.LISTENER)).isNotEmpty();
    }

    @Test
    void anotherServiceAccountEndsTheStream() {
        Sidecar sidecar = mesh.connect("ns/a", "u1");

        mesh.meshes.app("ns/a", "u1", "other", 9000);
        mesh.publish();

        assertThat(end(sidecar)).isEqualTo(Reason.UNKNOWN_WORKLOAD);
    }

    @Test
    void aStreamThatWaitsForItsTurnEndsWithItsWorkload() {
        mesh.connectSilently("ns/a", "u1");
        mesh.connectSilently("ns/b", "v1");
        Sidecar waiting = mesh.connect("ns/c", "w1");
        assertThat(waiting.admitted()).isFalse();

        mesh.meshes.withoutWorkload("ns/c");
        mesh.publish();

        assertThat(end(waiting)).isEqualTo(Reason.UNKNOWN_WORKLOAD);
        assertThat(mesh.proxies.view()).hasSize(2);
    }

    @Test
    void aNewPodsProxyThatIsQuickerThanTheWatchIsLetInWithTheMeshThatNamesIt() {
        Sidecar early = mesh.connect("ns/new", "n1");
        assertThat(early.admitted()).isFalse();
        mesh.publish();
        mesh.pass(Duration.ofSeconds(4));
        assertThat(early.ends).isEmpty();

        mesh.meshes.workload("ns/new", "n1", 1);
        mesh.publish();

        assertThat(early.held(XdsType.LISTENER)).isNotEmpty();
        mesh.pass(Duration.ofSeconds(10));
        assertThat(early.ends).isEmpty();
    }

    @Test
    void theProxyOfAPodMadeAgainMayAlsoBeQuickerThanTheWatch() {
        Sidecar old = mesh.connect("ns/a", "u1");
        Sidecar early = mesh.connect("ns/a", "u2");
        assertThat(old.ends).isEmpty();

        mesh.meshes.workload("ns/a", "u2", 1);
        mesh.publish();

        assertThat(end(old)).isEqualTo(Reason.UNKNOWN_WORKLOAD);
        assertThat(early.held(XdsType.LISTENER)).isNotEmpty();
    }

    @Test
    void whoeverTheMeshDoesNotNameInFiveSecondsIsRefused() {
        Sidecar unknown = mesh.connect("ns/none", "n1");
        Sidecar ofEarlierLife = mesh.connect("ns/a", "u0");

        mesh.pass(Duration.ofSeconds(5));

        assertThat(end(unknown)).isEqualTo(Reason.UNKNOWN_WORKLOAD);
        assertThat(end(ofEarlierLife)).isEqualTo(Reason.UNKNOWN_WORKLOAD);
        assertThat(unknown.ends.getFirst().text()).contains("ns/none");
        assertThat(mesh.proxies.ids()).isEmpty();
    }

    @Test
    void whoComesBeforeTheFirstMeshWaitsForIt() {
        MeshOfSidecars fresh = new MeshOfSidecars(new SimTranslator(), Simulation.LIMITS);
        Sidecar early = fresh.connect("ns/a", "u1");
        assertThat(early.ends).isEmpty();

        fresh.meshes.workload("ns/a", "u1", 1);
        fresh.publish();

        assertThat(early.held(XdsType.LISTENER)).isNotEmpty();
    }

    @Test
    void onlySoManyMayWaitForAMeshThatNamesThem() {
        Sidecar first = mesh.connect("ns/n1", "n1");
        mesh.connect("ns/n2", "n2");
        assertThat(end(mesh.connect("ns/n3", "n3"))).isEqualTo(Reason.UNKNOWN_WORKLOAD);

        first.disconnect();
        assertThat(mesh.connect("ns/n3", "n3").ends).isEmpty();
    }

    @Test
    void aWaitingStreamGivesWayToANewerOneOfItsWorkload() {
        Sidecar older = mesh.connect("ns/n1", "n1");
        Sidecar newer = mesh.connect("ns/n1", "n1");

        assertThat(end(older)).isEqualTo(Reason.REPLACED);
        mesh.meshes.workload("ns/n1", "n1", 1);
        mesh.publish();
        assertThat(newer.held(XdsType.LISTENER)).isNotEmpty();
    }

    @Test
    void aWaitingStreamCanBeEndedFromThisSide() {
        Sidecar waiting = mesh.connect("ns/n1", "n1");

        mesh.proxies.ids().forEach(id -> mesh.give(mesh.proxies.end(id, Reason.DRAINING, "away")));

        assertThat(waiting.ends).containsExactly(new Close(Reason.DRAINING, "away"));
    }
}
