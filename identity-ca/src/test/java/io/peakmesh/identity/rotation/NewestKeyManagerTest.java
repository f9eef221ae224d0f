package io.peakmesh.identity.rotation;

import static io.peakmesh.identity.issue.Authorities.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.identity.issue.Authorities;
import io.peakmesh.identity.issue.CertificateAuthority;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NewestKeyManagerTest {
    @TempDir Path temporary;

    private ServerIdentity identity(CertificateAuthority authority, Instant now) {
        return ServerIdentity.issue(authority, new Random(5), now);
    }

    @Test
    void servesTheNewestCertificateWhileOpenConnectionsGoOn() throws Exception {
        // Real handshakes are judged by the machine's own clock.
        Instant now = InstantSource.system().instant();
        CertificateAuthority authority = Authorities.open(temporary.resolve("state"), now);
        NewestKeyManager keys = new NewestKeyManager(identity(authority, now));
        SSLContext server = SSLContext.getInstance("TLSv1.3");
        server.init(new KeyManager[] {keys}, null, null);
        SSLContext client = trusting(authority);

        try (SSLServerSocket listener =
                (SSLServerSocket)
                        server.getServerSocketFactory()
                                .createServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> echo(listener));
            try (SSLSocket before = connect(client, listener.getLocalPort())) {
                X509Certificate first = leaf(before.getSession());
                ServerIdentity next = identity(authority, now);
                keys.install(next);

                try (SSLSocket after = connect(client, listener.getLocalPort())) {
                    assertThat(leaf(after.getSession())).isEqualTo(next.chain().getFirst());
                    assertThat(leaf(after.getSession())).isNotEqualTo(first);
                }
                before.getOutputStream().write(7);
                assertThat(before.getInputStream().read()).isEqualTo(7);
            }
        }
    }

    @Test
    void neverMixesTwoIdentitiesInOneHandshake() {
        CertificateAuthority authority = Authorities.open(temporary.resolve("state"), NOW);
        ServerIdentity first = identity(authority, NOW);
        NewestKeyManager keys = new NewestKeyManager(first);
        String alias = keys.chooseEngineServerAlias("EC", null, null);
        keys.install(identity(authority, NOW));

        assertThat(keys.getCertificateChain(alias)).containsExactlyElementsOf(first.chain());
        PrivateKey key = keys.getPrivateKey(alias);
        assertThat(key).isSameAs(first.privateKey());
        assertThat(keys.chooseEngineServerAlias("EC", null, null)).isNotEqualTo(alias);
    }

    @Test
    void hasNoKeyOfAnotherKind() {
        CertificateAuthority authority = Authorities.open(temporary.resolve("state"), NOW);
        NewestKeyManager keys = new NewestKeyManager(identity(authority, NOW));

        assertThat(keys.chooseEngineServerAlias("RSA", null, null)).isNull();
        assertThat(keys.chooseEngineServerAlias("EC_EC", null, null)).isNotNull();
        assertThat(keys.chooseClientAlias(new String[] {"RSA", "EC"}, null, null)).isNotNull();
        assertThat(keys.getCertificateChain("no such alias")).isNull();
        assertThat(keys.getPrivateKey(null)).isNull();
    }

    @Test
    void forgetsIdentitiesThatNoHandshakeCanStillWant() {
        CertificateAuthority authority = Authorities.open(temporary.resolve("state"), NOW);
        NewestKeyManager keys = new NewestKeyManager(identity(authority, NOW));
        String alias = keys.chooseEngineServerAlias("EC", null, null);
        for (int i = 0; i < 3; i++) {
            keys.install(identity(authority, NOW));
        }
        assertThat(keys.getPrivateKey(alias)).isNull();
    }

    @Test
    void isDueForRenewalAroundHalfLifeAndPrintsNoKey() throws Exception {
        CertificateAuthority authority = Authorities.open(temporary.resolve("state"), NOW);
        ServerIdentity identity = identity(authority, NOW);

        assertThat(identity.renewAt())
                .isBetween(NOW.plus(Duration.ofMinutes(324)), NOW.plus(Duration.ofMinutes(396)));
        assertThat(List.copyOf(identity.chain().getFirst().getSubjectAlternativeNames()))
                .isEqualTo(
                        List.of(
                                List.of(6, "spiffe://cluster.local/ns/peakmesh/sa/control-plane"),
                                List.of(2, "xds.cluster.local")));
        assertThat(identity.toString()).startsWith("ServerIdentity[serial=").doesNotContain("Key");
    }

    private static SSLContext trusting(CertificateAuthority authority) throws Exception {
        KeyStore roots = KeyStore.getInstance("PKCS12");
        roots.load(null, null);
        roots.setCertificateEntry("root", authority.bundle().roots().getFirst());
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(roots);
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    /** Verifies chain and host name, as a client of the xDS port does. */
    private static SSLSocket connect(SSLContext context, int port) throws IOException {
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket();
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 5000);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setProtocols(new String[] {"TLSv1.3"});
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        parameters.setServerNames(List.of(new SNIHostName("xds.cluster.local")));
        socket.setSSLParameters(parameters);
        socket.setSoTimeout(10_000);
        socket.startHandshake();
        return socket;
    }

    private static X509Certificate leaf(SSLSession session) throws IOException {
        return (X509Certificate) session.getPeerCertificates()[0];
    }

    private static void echo(SSLServerSocket listener) {
        try {
            while (true) {
                SSLSocket socket = (SSLSocket) listener.accept();
                Thread.ofVirtual().start(() -> echo(socket));
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private static void echo(SSLSocket socket) {
        try (socket) {
            socket.getInputStream().transferTo(socket.getOutputStream());
        } catch (IOException closed) {
            // The test is over.
        }
    }
}
