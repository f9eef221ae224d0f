package io.peakmesh.identity.sds;

import io.peakmesh.identity.issue.Svid;
import io.peakmesh.identity.issue.WorkloadIdentity;
import io.peakmesh.identity.key.Sha256;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What the version of a proxy's own secret says about the leaf in it. The proxy hands it back when
 * it connects anew, so that any control plane of this authority can tell whether the leaf is still
 * good without having kept anything.
 *
 * <p>Form: base64url of epoch (4 bytes), serial (17), end and renewal (8 each, milliseconds),
 * beginning of the issuer's SHA-256 (8), and the first 16 bytes of an HMAC-SHA-256 over these and
 * the workload. The workload itself is not in it: another one's does not verify.
 *
 * @param epoch how often all certificates had been called in when this one was issued
 */
record HeldLeaf(int epoch, BigInteger serial, Instant notAfter, Instant renewAt, String issuer) {
    private static final int SERIAL_BYTES = 17;
    private static final int ISSUER_BYTES = 8;
    private static final int BODY_BYTES = 4 + SERIAL_BYTES + 8 + 8 + ISSUER_BYTES;
    private static final int MAC_BYTES = 16;
    private static final int TEXT_LENGTH = (BODY_BYTES + MAC_BYTES + 2) / 3 * 4;

    static HeldLeaf of(Svid svid, int epoch, Instant renewAt) {
        byte[] issuer = Arrays.copyOf(Sha256.of(svid.issuer()), ISSUER_BYTES);
        return new HeldLeaf(epoch, svid.serial(), svid.notAfter(), renewAt, encode(issuer));
    }

    /** The first bytes of the issuing certificate's SHA-256. */
    byte[] issuerFingerprint() {
        return Base64.getUrlDecoder().decode(issuer);
    }

    String version(WorkloadIdentity who, SecretKeySpec key) {
        ByteBuffer whole = ByteBuffer.allocate(BODY_BYTES + MAC_BYTES);
        whole.putInt(epoch);
        byte[] digits = serial.toByteArray();
        whole.position(whole.position() + SERIAL_BYTES - digits.length);
        whole.put(digits);
        whole.putLong(notAfter.toEpochMilli()).putLong(renewAt.toEpochMilli());
        whole.put(issuerFingerprint());
        whole.put(mac(whole.array(), who, key));
        return encode(whole.array());
    }

    /** Reads a version that {@link #version} wrote for the same workload; empty for all else. */
    static Optional<HeldLeaf> verify(String version, WorkloadIdentity who, SecretKeySpec key) {
        if (version.length() > TEXT_LENGTH) {
            return Optional.empty();
        }
        byte[] whole;
        try {
            whole = Base64.getUrlDecoder().decode(version);
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
        // Only the form that we write: one content, one version.
        if (whole.length != BODY_BYTES + MAC_BYTES || !encode(whole).equals(version)) {
            return Optional.empty();
        }
        byte[] theirs = Arrays.copyOfRange(whole, BODY_BYTES, whole.length);
        if (!MessageDigest.isEqual(theirs, mac(whole, who, key))) {
            return Optional.empty();
        }
        ByteBuffer body = ByteBuffer.wrap(whole);
        int epoch = body.getInt();
        byte[] serial = new byte[SERIAL_BYTES];
        body.get(serial);
        Instant notAfter = Instant.ofEpochMilli(body.getLong());
        Instant renewAt = Instant.ofEpochMilli(body.getLong());
        byte[] issuer = new byte[ISSUER_BYTES];
        body.get(issuer);
        return Optional.of(
                new HeldLeaf(epoch, new BigInteger(serial), notAfter, renewAt, encode(issuer)));
    }

    private static byte[] mac(byte[] whole, WorkloadIdentity who, SecretKeySpec key) {
        try {
            Mac mac = Mac.getInstance(key.getAlgorithm());
            mac.init(key);
            mac.update(whole, 0, BODY_BYTES);
            // Names of Kubernetes hold no line break, so the parts cannot run into each other.
            String workload = who.workload() + "\n" + who.uid() + "\n" + who.serviceAccount();
            return Arrays.copyOf(mac.doFinal(workload.getBytes(StandardCharsets.UTF_8)), MAC_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the key for versions cannot be used", e);
        }
    }

    private static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
