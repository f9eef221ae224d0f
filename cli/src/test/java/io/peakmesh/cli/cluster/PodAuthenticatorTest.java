package io.peakmesh.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.identity.attest.Verdict;
import io.peakmesh.xds.server.peer.PeerAuthenticator;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class PodAuthenticatorTest {
    @Test
    void beforeTheFirstMeshNobodyIsRefused() {
        AtomicBoolean mesh = new AtomicBoolean();
        PodAuthenticator authenticator =
                new PodAuthenticator(
                        _ -> new Verdict.Refused(Verdict.Reason.POD_UNKNOWN), mesh::get);

        assertThat(authenticator.authenticate("token"))
                .isInstanceOf(PeerAuthenticator.Verdict.Unavailable.class);
        mesh.set(true);
        assertThat(authenticator.authenticate("token"))
                .isEqualTo(
                        new PeerAuthenticator.Verdict.Refused(Verdict.Reason.POD_UNKNOWN.text()));
    }
}
