package io.peakmesh.identity.issue;

import io.peakmesh.identity.key.P256;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/** The second step: signs what was built, and knows nothing of what it says. */
final class CertificateSigner {
    static final AlgorithmIdentifier ALGORITHM =
            new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256);

    private CertificateSigner() {}

    /** The certificate in DER. */
    static byte[] sign(TBSCertificate tbs, PrivateKey key, SecureRandom random) {
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA", P256.PROVIDER);
            signature.initSign(key, random);
            signature.update(tbs.getEncoded(ASN1Encoding.DER));
            ASN1EncodableVector certificate = new ASN1EncodableVector();
            certificate.add(tbs);
            certificate.add(ALGORITHM);
            certificate.add(new DERBitString(signature.sign()));
            return new DERSequence(certificate).getEncoded(ASN1Encoding.DER);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("an issuer's key on P-256 cannot sign", e);
        }
    }
}
