package io.peakmesh.e2e.kubernetes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.function.Consumer;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A token made from a real one: other words in its header or claims, and another signature. */
final class ForgedToken {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int RSA_BITS = 2048;

    private final ObjectNode header;
    private final ObjectNode claims;

    private ForgedToken(ObjectNode header, ObjectNode claims) {
        this.header = header;
        this.claims = claims;
    }

    /** Begins with all that a token says. */
    static ForgedToken from(String token) {
        String[] parts = token.split("\\.", -1);
        return new ForgedToken(read(parts[0]), read(parts[1]));
    }

    private static ObjectNode read(String part) {
        try {
            return (ObjectNode) JSON.readTree(Base64.getUrlDecoder().decode(part));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    ForgedToken header(String name, String value) {
        header.put(name, value);
        return this;
    }

    ForgedToken claims(Consumer<ObjectNode> change) {
        change.accept(claims);
        return this;
    }

    private String unsigned() {
        return base64(text(header)) + "." + base64(text(claims));
    }

    private static byte[] text(ObjectNode node) {
        try {
            return JSON.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Without a signature, as {@code alg: none} has it. */
    String bare() {
        return header("alg", "none").unsigned() + ".";
    }

    /** Signed by RS256. */
    String signed(PrivateKey key) throws GeneralSecurityException {
        String unsigned = header("alg", "RS256").unsigned();
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(key);
        signature.update(unsigned.getBytes(StandardCharsets.US_ASCII));
        return unsigned + "." + base64(signature.sign());
    }

    /** Signed by HS256, with what everybody may know as the shared secret. */
    String shared(byte[] secret) throws GeneralSecurityException {
        String unsigned = header("alg", "HS256").unsigned();
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret, "HmacSHA256"));
        return unsigned + "." + base64(mac.doFinal(unsigned.getBytes(StandardCharsets.US_ASCII)));
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** A key that no cluster knows. */
    static KeyPair anyKey() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(RSA_BITS);
        return generator.generateKeyPair();
    }

    /** The key by which a cluster signs its tokens. */
    static PrivateKey keyOf(Cluster cluster) throws GeneralSecurityException {
        return KeyFactory.getInstance("RSA")
                .generatePrivate(new PKCS8EncodedKeySpec(pem(cluster.dir().resolve("pki/sa.key"))));
    }

    private static byte[] pem(Path file) {
        try {
            String body = Files.readString(file).replaceAll("-----[A-Z ]+-----|\\s", "");
            return Base64.getDecoder().decode(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
