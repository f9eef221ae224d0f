package io.peakmesh.identity.attest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.peakmesh.identity.attest.TokenKeys.TokenKey;
import io.peakmesh.identity.attest.Verdict.Reason;
import io.peakmesh.identity.attest.Verdict.Refused;
import io.peakmesh.identity.attest.Verdict.Verified;
import io.peakmesh.identity.issue.WorkloadIdentity;
import io.peakmesh.identity.key.P256;
import io.peakmesh.identity.state.IdentityException;
import io.peakmesh.identity.state.StateFolder;
import io.peakmesh.model.ServiceAccountName;
import io.peakmesh.model.TrustDomain;
import io.peakmesh.model.WorkloadName;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TokenAuthorityTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final Duration HOUR = Duration.ofHours(1);
    private static final TrustDomain DOMAIN = new TrustDomain("cluster.local");
    private static final WorkloadName WEB = new WorkloadName("demo", "web-1");
    private static final ServiceAccountName ACCOUNT = new ServiceAccountName("demo", "web");
    private static final SecureRandom RANDOM = new SecureRandom();

    @TempDir Path temporary;
    private StateFolder folder;
    private TokenAuthority authority;

    @BeforeEach
    void open() {
        folder = StateFolder.open(temporary.resolve("state"), NOW);
        authority = TokenAuthority.open(folder, DOMAIN, RANDOM);
    }

    private String good() {
        return authority.mint(WEB, "u-1", ACCOUNT, HOUR, NOW);
    }

    private TokenKey key() {
        return TokenKeys.read(folder).signing();
    }

    /** The claims of a good token, changed, and signed with the authority's own key. */
    private String claiming(UnaryOperator<JWTClaimsSet.Builder> change) throws Exception {
        JWTClaimsSet claims = SignedJWT.parse(good()).getJWTClaimsSet();
        JWTClaimsSet.Builder changed = change.apply(new JWTClaimsSet.Builder(claims));
        return signed(header().build(), changed.build(), signer(key().pair()));
    }

    private JWSHeader.Builder header() {
        return new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key().id());
    }

    private static JWSSigner signer(KeyPair pair) throws Exception {
        ECDSASigner signer = new ECDSASigner(pair.getPrivate(), Curve.P_256);
        signer.getJCAContext().setProvider(P256.PROVIDER);
        return signer;
    }

    private static String signed(JWSHeader header, JWTClaimsSet claims, JWSSigner signer)
            throws Exception {
        SignedJWT token = new SignedJWT(header, claims);
        token.sign(signer);
        return token.serialize();
    }

    private void refuses(String token, Reason reason) {
        assertThat(authority.verify(token, NOW)).isEqualTo(new Refused(reason));
    }

    @Test
    void verifiesATokenUntilItExpires() {
        String token = good();

        Verified web = new Verified(new WorkloadIdentity(WEB, "u-1", ACCOUNT));
        assertThat(authority.verify(token, NOW)).isEqualTo(web);
        assertThat(authority.verify(token, NOW.plusSeconds(3599))).isEqualTo(web);
        assertThat(authority.verify(token, NOW.plusSeconds(3600)))
                .isEqualTo(new Refused(Reason.EXPIRED));
        assertThat(token.length()).isLessThan(700);
    }

    @Test
    void refusesATokenBeforeItsTime() {
        assertThat(authority.verify(good(), NOW.minusSeconds(61)))
                .isEqualTo(new Refused(Reason.NOT_YET_VALID));
    }

    @Test
    void refusesNoToken() {
        refuses("", Reason.EMPTY);
    }

    @Test
    void refusesGarbage() {
        Random random = new Random(7);
        for (int i = 0; i < 500; i++) {
            byte[] bytes = new byte[1 + random.nextInt(300)];
            random.nextBytes(bytes);
            refuses(new String(bytes, StandardCharsets.ISO_8859_1), Reason.MALFORMED);
        }
        for (String token : List.of(" ", ".", "..", "...", "....", "a.b.c", "{}", "e30.e30.e30")) {
            refuses(token, Reason.MALFORMED);
        }
    }

    @Test
    void refusesATokenCutShortOrChangedAnywhere() {
        String token = good();
        for (int i = 0; i < token.length(); i++) {
            char other = token.charAt(i) == 'A' ? 'B' : 'A';
            String changed = token.substring(0, i) + other + token.substring(i + 1);
            // The last character of a signature holds four bits that are not part of it.
            if (i < token.length() - 1) {
                assertThat(authority.verify(changed, NOW)).as("%d", i).isInstanceOf(Refused.class);
            }
            assertThat(authority.verify(token.substring(0, i), NOW)).isInstanceOf(Refused.class);
        }
    }

    @Test
    void refusesATokenThatIsTooLongWithoutReadingIt() {
        refuses("x".repeat(TokenAuthority.MAX_TOKEN_LENGTH + 1), Reason.TOO_LONG);
    }

    @Test
    void refusesADeeplyNestedHeader() {
        String nested = "{\"kid\":" + "[".repeat(5500);
        refuses(base64(nested) + ".e30.AA", Reason.MALFORMED);
    }

    @Test
    void refusesATokenWithoutASignature() throws Exception {
        refuses(
                new PlainJWT(SignedJWT.parse(good()).getJWTClaimsSet()).serialize(),
                Reason.ALGORITHM);
    }

    @Test
    void refusesAGoodTokenWhoseHeaderSaysThatNoSignatureIsNeeded() {
        String[] parts = good().split("\\.", -1);
        refuses(base64("{\"alg\":\"none\"}") + "." + parts[1] + ".", Reason.ALGORITHM);
        refuses(base64("{\"alg\":\"none\"}") + "." + parts[1] + "." + parts[2], Reason.MALFORMED);
    }

    @Test
    void refusesATokenSignedWithOurPublicKeyAsASharedSecret() throws Exception {
        JWTClaimsSet claims = SignedJWT.parse(good()).getJWTClaimsSet();
        JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.HS256).keyID(key().id()).build();
        byte[] secret = key().pair().getPublic().getEncoded();

        refuses(signed(header, claims, new MACSigner(secret)), Reason.ALGORITHM);
    }

    @Test
    void refusesATokenSignedWithRsa() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        JWTClaimsSet claims = SignedJWT.parse(good()).getJWTClaimsSet();
        JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(key().id()).build();

        refuses(
                signed(header, claims, new RSASSASigner(generator.generateKeyPair().getPrivate())),
                Reason.ALGORITHM);
    }

    @Test
    void refusesAnotherKeyUnderOurKeysName() throws Exception {
        JWTClaimsSet claims = SignedJWT.parse(good()).getJWTClaimsSet();

        refuses(signed(header().build(), claims, signer(P256.generate(RANDOM))), Reason.SIGNATURE);
    }

    @Test
    void refusesAnEncryptedToken() {
        String header = base64("{\"alg\":\"dir\",\"enc\":\"A128GCM\"}");
        refuses(header + "..AAAA.AAAA.AAAA", Reason.ALGORITHM);
    }

    @Test
    void refusesAZeroSignature() {
        String[] parts = good().split("\\.", -1);
        String zero = Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[64]);
        refuses(parts[0] + "." + parts[1] + "." + zero, Reason.SIGNATURE);
    }

    @Test
    void refusesATokenThatBringsItsOwnKey() throws Exception {
        JWTClaimsSet claims = SignedJWT.parse(good()).getJWTClaimsSet();
        KeyPair theirs = P256.generate(RANDOM);
        ECKey jwk = new ECKey.Builder(Curve.P_256, (ECPublicKey) theirs.getPublic()).build();
        JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.ES256).jwk(jwk).build();

        refuses(signed(header, claims, signer(theirs)), Reason.UNKNOWN_KEY);
        refuses(
                signed(
                        new JWSHeader.Builder(header).keyID(key().id()).build(),
                        claims,
                        signer(theirs)),
                Reason.SIGNATURE);
    }

    @Test
    void refusesATokenOfAnotherAuthority() {
        TokenAuthority other =
                TokenAuthority.open(
                        StateFolder.open(temporary.resolve("other"), NOW), DOMAIN, RANDOM);
        refuses(other.mint(WEB, "u-1", ACCOUNT, HOUR, NOW), Reason.UNKNOWN_KEY);
    }

    @Test
    void refusesATokenOfAnotherTrustDomainWithTheSameKey() {
        TokenAuthority other = TokenAuthority.open(folder, new TrustDomain("other"), RANDOM);
        refuses(other.mint(WEB, "u-1", ACCOUNT, HOUR, NOW), Reason.ISSUER);
    }

    @Test
    void refusesATokenForAnotherAudience() throws Exception {
        refuses(claiming(claims -> claims.audience("vault")), Reason.AUDIENCE);
        refuses(claiming(claims -> claims.audience(List.of())), Reason.AUDIENCE);
        refuses(claiming(claims -> claims.audience(List.of("peakmesh", "vault"))), Reason.AUDIENCE);
    }

    @Test
    void refusesATokenThatLacksAClaim() throws Exception {
        for (String name :
                List.of("sub", "exp", "nbf", "peakmesh.io/uid", "peakmesh.io/service-account")) {
            refuses(claiming(claims -> claims.claim(name, null)), Reason.MISSING_CLAIM);
        }
        refuses(claiming(claims -> claims.claim("iss", null)), Reason.ISSUER);
    }

    @Test
    void refusesClaimsOfTheWrongForm() throws Exception {
        refuses(claiming(claims -> claims.subject("web-1")), Reason.MISSING_CLAIM);
        refuses(claiming(claims -> claims.claim("peakmesh.io/uid", 7)), Reason.MISSING_CLAIM);
        refuses(
                claiming(claims -> claims.claim("peakmesh.io/uid", "a.b\nc")),
                Reason.MISSING_CLAIM);
        refuses(
                claiming(claims -> claims.claim("peakmesh.io/service-account", "a/b/c")),
                Reason.MISSING_CLAIM);
    }

    @Test
    void keepsTheKeyBeforeTheNewestOneGoodAndNoOlderOne() {
        String first = good();
        authority.rotate();
        String second = good();
        assertThat(authority.verify(first, NOW)).isInstanceOf(Verified.class);
        assertThat(authority.verify(second, NOW)).isInstanceOf(Verified.class);

        authority.rotate();
        refuses(first, Reason.UNKNOWN_KEY);
        assertThat(authority.verify(second, NOW)).isInstanceOf(Verified.class);
        assertThat(folder.names("token-key-")).hasSize(2);
    }

    @Test
    void takesUpARotationByAnotherProcess() {
        TokenAuthority other = TokenAuthority.open(folder, DOMAIN, RANDOM);
        other.rotate();
        String token = other.mint(WEB, "u-1", ACCOUNT, HOUR, NOW);

        refuses(token, Reason.UNKNOWN_KEY);
        authority.refresh();
        assertThat(authority.verify(token, NOW)).isInstanceOf(Verified.class);
    }

    @Test
    void refusesAKeyFileThatIsGarbageAndKeepsTheKeysItHas() throws Exception {
        Path file = folder.path().resolve("token-key-00000002.pem");
        Files.createFile(
                file,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, "garbage");

        assertThatThrownBy(() -> authority.refresh())
                .isInstanceOf(IdentityException.class)
                .hasMessageContaining("token-key-00000002.pem");
        assertThat(authority.verify(good(), NOW)).isInstanceOf(Verified.class);
    }

    @Test
    void mintsNothingThatItWouldNotVerify() {
        for (Duration lifetime : List.of(Duration.ZERO, HOUR.negated(), Duration.ofDays(8))) {
            assertThatThrownBy(() -> authority.mint(WEB, "u-1", ACCOUNT, lifetime, NOW))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> authority.mint(WEB, "U 1", ACCOUNT, HOUR, NOW))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void printsNoKeyAndNoToken() {
        String token = good();
        assertThat(authority.verify(token + "x", NOW).toString()).doesNotContain(token);
        assertThat(key().toString()).isEqualTo("TokenKey[" + key().id() + "]");
        assertThat(TokenKeys.read(folder).toString()).doesNotContain("PRIVATE", "EC Private");
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
