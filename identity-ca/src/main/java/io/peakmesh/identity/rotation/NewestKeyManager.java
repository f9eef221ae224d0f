package io.peakmesh.identity.rotation;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Serves the newest identity to each new handshake, of a server or a client. TLS asks for the alias
 * first and for chain and key later; each identity has an alias of its own, and the last few stay
 * available, so that a handshake never mixes two of them.
 */
public final class NewestKeyManager extends X509ExtendedKeyManager {
    /** Identities kept for handshakes under way; a handshake takes far less than a renewal. */
    private static final int KEPT = 3;

    /** What the JDK and Netty's OpenSSL call our kind of key. */
    private static final Set<String> KEY_TYPES = Set.of("EC", "EC_EC", "ECDHE_ECDSA");

    private record Named(String alias, ServerIdentity identity) {}

    /** Newest first; replaced as a whole. */
    private volatile List<Named> identities;

    public NewestKeyManager(ServerIdentity first) {
        identities = List.of(named(first));
    }

    /** Serves this one from now on. Connections that are open keep what they have. */
    public synchronized void install(ServerIdentity next) {
        identities =
                Stream.concat(Stream.of(named(next)), identities.stream()).limit(KEPT).toList();
    }

    private static Named named(ServerIdentity identity) {
        return new Named(identity.chain().getFirst().getSerialNumber().toString(16), identity);
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(@Nullable String alias) {
        return find(alias)
                .map(identity -> identity.chain().toArray(X509Certificate[]::new))
                .orElse(null);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(@Nullable String alias) {
        return find(alias).map(ServerIdentity::privateKey).orElse(null);
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            @Nullable String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return newest(keyType);
    }

    @Override
    public @Nullable String chooseServerAlias(
            @Nullable String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return newest(keyType);
    }

    @Override
    public @Nullable String chooseEngineClientAlias(
            String @Nullable [] keyTypes,
            Principal @Nullable [] issuers,
            @Nullable SSLEngine engine) {
        return newestOfAny(keyTypes);
    }

    @Override
    public @Nullable String chooseClientAlias(
            String @Nullable [] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return newestOfAny(keyTypes);
    }

    @Override
    public String @Nullable [] getServerAliases(
            @Nullable String keyType, Principal @Nullable [] issuers) {
        String alias = newest(keyType);
        return alias == null ? null : new String[] {alias};
    }

    @Override
    public String @Nullable [] getClientAliases(
            @Nullable String keyType, Principal @Nullable [] issuers) {
        return getServerAliases(keyType, issuers);
    }

    private @Nullable String newest(@Nullable String keyType) {
        return keyType != null && KEY_TYPES.contains(keyType)
                ? identities.getFirst().alias()
                : null;
    }

    private @Nullable String newestOfAny(String @Nullable [] keyTypes) {
        return keyTypes != null && Arrays.stream(keyTypes).anyMatch(KEY_TYPES::contains)
                ? identities.getFirst().alias()
                : null;
    }

    private Optional<ServerIdentity> find(@Nullable String alias) {
        return identities.stream()
                .filter(named -> named.alias().equals(alias))
                .map(Named::identity)
                .findFirst();
    }
}
