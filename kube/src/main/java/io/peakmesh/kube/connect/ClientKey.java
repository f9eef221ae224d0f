package io.peakmesh.kube.connect;

import io.fabric8.kubernetes.client.Config;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The kind of a kubeconfig's private key. The client library takes every key that is written as
 * {@code BEGIN PRIVATE KEY} (PKCS #8) for an RSA key unless it is told otherwise.
 */
final class ClientKey {
    private static final Pattern PKCS8 =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]+)-----END PRIVATE KEY-----");
    private static final List<String> KINDS = List.of("EC", "RSA", "Ed25519");

    private ClientKey() {}

    /** Tells the configuration of which kind its key is, where that can be seen. */
    static void name(Config config) {
        try {
            pem(config).flatMap(ClientKey::kind).ifPresent(config::setClientKeyAlgo);
        } catch (IOException unreadable) {
            throw new IllegalArgumentException(
                    "cannot read the client key " + config.getClientKeyFile(), unreadable);
        }
    }

    private static Optional<String> pem(Config config) throws IOException {
        if (config.getClientKeyData() != null) {
            String data = config.getClientKeyData();
            return Optional.of(
                    data.contains("-----")
                            ? data
                            : new String(
                                    Base64.getMimeDecoder().decode(data),
                                    StandardCharsets.US_ASCII));
        }
        return config.getClientKeyFile() == null
                ? Optional.empty()
                : Optional.of(Files.readString(Path.of(config.getClientKeyFile())));
    }

    static Optional<String> kind(String pem) {
        Matcher found = PKCS8.matcher(pem);
        if (!found.find()) {
            return Optional.empty();
        }
        var spec = new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(found.group(1)));
        return KINDS.stream().filter(kind -> reads(kind, spec)).findFirst();
    }

    private static boolean reads(String kind, PKCS8EncodedKeySpec spec) {
        try {
            KeyFactory.getInstance(kind).generatePrivate(spec);
            return true;
        } catch (NoSuchAlgorithmException | InvalidKeySpecException another) {
            return false;
        }
    }
}
