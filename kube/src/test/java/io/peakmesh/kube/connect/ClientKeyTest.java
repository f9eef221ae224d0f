package io.peakmesh.kube.connect;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.util.Base64;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientKeyTest {
    @ParameterizedTest
    @ValueSource(strings = {"EC", "RSA", "Ed25519"})
    void seesOfWhichKindAKeyIs(String kind) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(kind);
        if (kind.equals("RSA")) {
            generator.initialize(1024);
        }
        byte[] key = generator.generateKeyPair().getPrivate().getEncoded();
        String pem =
                "-----BEGIN PRIVATE KEY-----\n"
                        + Base64.getMimeEncoder().encodeToString(key)
                        + "\n-----END PRIVATE KEY-----\n";
        assertThat(ClientKey.kind(pem)).contains(kind);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----"})
    void leavesOtherFormsToTheClient(String pem) {
        assertThat(ClientKey.kind(pem)).isEmpty();
    }
}
