package io.peakmesh.identity.rotation;

import static io.peakmesh.identity.issue.Authorities.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peakmesh.identity.issue.Authorities;
import io.peakmesh.identity.issue.CertificateAuthority;
import io.peakmesh.identity.state.StateFolder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The control plane's certificate where the API server calls it by a Service's name. */
final class ServerNamesTest {
    private static final String SERVICE = "peakmesh.peakmesh.svc";

    @TempDir Path temporary;
    private CertificateAuthority authority;

    /** Real handshakes are judged by the machine's own clock. */
    private final Instant now = InstantSource.system().instant();

    @BeforeEach
    void open() {
        authority = Authorities.open(temporary.resolve("state"), now);
    }

    private ServerIdentity identity(List<String> names) {
        return ServerIdentity.issue(authority, names, new Random(5), now);
    }

    @Test
    void isAcceptedByEachOfItsNamesAndByNoOther() throws Exception {
        NewestKeyManager keys = new NewestKeyManager(identity(List.of(SERVICE)));
        SSLContext server = SSLContext.getInstance("TLSv1.3");
        server.init(new KeyManager[] {keys}, null, null);
        try (SSLServerSocket listener =
                (SSLServerSocket)
                        server.getServerSocketFactory()
                                .createServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> shakeHands(listener));

            for (int renewal = 0; renewal < 2; renewal++) {
                handshake(listener.getLocalPort(), SERVICE);
                handshake(listener.getLocalPort(), "xds.cluster.local");
                assertThatThrownBy(() -> handshake(listener.getLocalPort(), "peakmesh.other.svc"))
                        .isInstanceOf(SSLHandshakeException.class);
                keys.install(identity(List.of(SERVICE)));
            }
        }
    }

    @Test
    void namesAllOfThemAndIsForServers() throws Exception {
        ServerIdentity identity = identity(List.of(SERVICE, SERVICE + ".cluster.local"));
        X509Certificate leaf = identity.chain().getFirst();

        assertThat(List.copyOf(leaf.getSubjectAlternativeNames()))
                .isEqualTo(
                        List.of(
                                List.of(6, "spiffe://cluster.local/ns/peakmesh/sa/control-plane"),
                                List.of(2, "xds.cluster.local"),
                                List.of(2, SERVICE),
                                List.of(2, SERVICE + ".cluster.local")));
        assertThat(leaf.getExtendedKeyUsage()).contains("1.3.6.1.5.5.7.3.1");
        assertThat(identity.chain()).hasSize(2);
        X509Certificate intermediate = identity.chain().getLast();
        assertThat(intermediate.getBasicConstraints()).isZero();
        assertThat(intermediate.getNotAfter()).isEqualTo(leaf.getNotAfter());
        assertThat(identity.renewAt())
                .isBetween(now.plus(Duration.ofMinutes(324)), now.plus(Duration.ofMinutes(396)));
    }

    @Test
    void keepsTheKeyThatMayNameServicesNowhere() {
        List<String> before = StateFolder.open(temporary.resolve("state"), now).names("");
        ServerIdentity identity = identity(List.of(SERVICE));

        assertThat(StateFolder.open(temporary.resolve("state"), now).names("")).isEqualTo(before);
        assertThat(identity.chain().getLast())
                .isNotEqualTo(identity(List.of()).chain().getLast())
                .isNotEqualTo(identity(List.of(SERVICE)).chain().getLast());
    }

    @Test
    void refusesWhatIsNoHostName() {
        for (String name :
                List.of("", "*.svc", "10.96.0.1", "a b", "Peakmesh.svc", "x".repeat(64))) {
            assertThatThrownBy(() -> identity(List.of(name)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> identity(java.util.Collections.nCopies(17, SERVICE)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void endsNoLaterThanTheRoot() {
        CertificateAuthority old = Authorities.open(temporary.resolve("old"), NOW);
        Instant late = NOW.plus(Duration.ofDays(3650)).minusSeconds(3600);

        ServerIdentity last = ServerIdentity.issue(old, List.of(SERVICE), new Random(5), late);

        assertThat(last.chain().getFirst().getNotAfter().toInstant())
                .isEqualTo(NOW.plus(Duration.ofDays(3650)));
        assertThatThrownBy(() ->
                        ServerIdentity.issue(
                                old, List.of(SERVICE), new Random(5), late.plusSeconds(3600)))
                .hasMessageContaining("the root is valid from");
    }

    private void handshake(int port, String name) throws Exception {
        KeyStore roots = KeyStore.getInstance("PKCS12");
        roots.load(null, null);
        roots.setCertificateEntry("root", authority.bundle().roots().getFirst());
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(roots);
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(null, trust.getTrustManagers(), null);
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 5000);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            parameters.setServerNames(List.of(new SNIHostName(name)));
            socket.setSSLParameters(parameters);
            socket.setSoTimeout(10_000);
            socket.startHandshake();
        }
    }

    private static void shakeHands(SSLServerSocket listener) {
        while (!listener.isClosed()) {
            try (SSLSocket socket = (SSLSocket) listener.accept()) {
                socket.startHandshake();
            } catch (java.io.IOException refusedOrClosed) {
                // The client tells.
            }
        }
    }
}
