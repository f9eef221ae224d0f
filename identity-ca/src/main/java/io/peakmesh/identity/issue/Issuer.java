package io.peakmesh.identity.issue;

import io.peakmesh.identity.key.Pem;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;

/** An authority's certificate with the key that signs for it. */
record Issuer(X509Certificate certificate, PrivateKey key) {
    Instant notBefore() {
        return certificate.getNotBefore().toInstant();
    }

    Instant notAfter() {
        return certificate.getNotAfter().toInstant();
    }

    boolean isValidAt(Instant now) {
        return !now.isBefore(notBefore()) && now.isBefore(notAfter());
    }

    /** Whether it is valid and has half of its life or more before it. */
    boolean isFreshAt(Instant now) {
        Duration half = Duration.between(notBefore(), notAfter()).dividedBy(2);
        return isValidAt(now) && !now.isAfter(notBefore().plus(half));
    }

    /** Key and certificate in one text, so that neither can be stored without the other. */
    String pem() {
        return Pem.write(Pem.PRIVATE_KEY, key.getEncoded()) + Pem.write(certificate);
    }

    @Override
    public String toString() {
        return "Issuer[serial=" + certificate.getSerialNumber().toString(16) + "]";
    }
}
