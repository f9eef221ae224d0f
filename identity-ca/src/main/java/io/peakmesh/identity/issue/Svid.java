package io.peakmesh.identity.issue;

import io.peakmesh.identity.key.Pem;
import java.math.BigInteger;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/**
 * An X.509-SVID with its private key. Whoever holds one drops it as soon as it is delivered.
 *
 * @param chain the leaf, then the intermediate that signed it; the root is not in it
 */
public record Svid(List<X509Certificate> chain, PrivateKey privateKey) {
    public Svid {
        chain = List.copyOf(chain);
    }

    public X509Certificate leaf() {
        return chain.getFirst();
    }

    public X509Certificate issuer() {
        return chain.get(1);
    }

    public BigInteger serial() {
        return leaf().getSerialNumber();
    }

    public Instant notAfter() {
        return leaf().getNotAfter().toInstant();
    }

    public String chainPem() {
        StringBuilder text = new StringBuilder();
        chain.forEach(certificate -> text.append(Pem.write(certificate)));
        return text.toString();
    }

    /** The key in PKCS #8 form. */
    public String privateKeyPem() {
        return Pem.write(Pem.PRIVATE_KEY, privateKey.getEncoded());
    }

    /** The serial only: nothing of the key. */
    @Override
    public String toString() {
        return "Svid[serial=" + serial().toString(16) + ", notAfter=" + notAfter() + "]";
    }
}
