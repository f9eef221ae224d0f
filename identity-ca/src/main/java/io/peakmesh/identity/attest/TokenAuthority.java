package io.peakmesh.identity.attest;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jwt.JWT;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.JWTParser;
import com.nimbusds.jwt.SignedJWT;
import io.peakmesh.identity.attest.TokenKeys.TokenKey;
import io.peakmesh.identity.attest.Verdict.Reason;
import io.peakmesh.identity.attest.Verdict.Refused;
import io.peakmesh.identity.attest.Verdict.Verified;
import io.peakmesh.identity.issue.WorkloadIdentity;
import io.peakmesh.identity.key.P256;
import io.peakmesh.identity.state.IdentityException;
import io.peakmesh.identity.state.State;
import io.peakmesh.model.ServiceAccountName;
import io.peakmesh.model.TrustDomain;
import io.peakmesh.model.WorkloadName;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Signs and verifies the tokens by which proxies prove which workload they are, where there is no
 * Kubernetes to do so: JWTs (RFC 7519) signed with ES256, for the audience {@value #AUDIENCE}, each
 * for one workload. The key is chosen by the token's {@code kid} among our own; nothing else in its
 * header is believed.
 *
 * <p>Safe to use from any thread, and together with other processes on the same state. A
 * verification takes about a tenth of a millisecond, so verdicts are not cached.
 */
public final class TokenAuthority {
    public static final String AUDIENCE = "peakmesh";

    /** Ours have under 700. */
    public static final int MAX_TOKEN_LENGTH = 8 * 1024;

    public static final Duration LONGEST_LIFETIME = Duration.ofDays(7);

    /** For verifiers whose clocks are behind. */
    private static final Duration BACKDATE = Duration.ofMinutes(1);

    private static final String UID = "peakmesh.io/uid";
    private static final String SERVICE_ACCOUNT = "peakmesh.io/service-account";
    private static final int ID_BYTES = 16;

    private final State state;
    private final String issuer;
    private final SecureRandom random;
    private volatile TokenKeys keys;

    private TokenAuthority(State state, String issuer, SecureRandom random) {
        this.state = state;
        this.issuer = issuer;
        this.random = random;
        this.keys = TokenKeys.open(state, random);
    }

    /**
     * Opens the signing keys kept in {@code state}, making the first one if there is none.
     *
     * @throws IdentityException if a key is refused or cannot be read or written
     */
    public static TokenAuthority open(State state, TrustDomain trustDomain, SecureRandom random) {
        return new TokenAuthority(state, "https://peakmesh." + trustDomain, random);
    }

    /**
     * A token for one workload, valid from now (and a minute back) for {@code lifetime}.
     *
     * @throws IllegalArgumentException if the lifetime is not between 1 s and 7 days, or the
     *     identity could not stand in a certificate
     */
    public String mint(
            WorkloadName workload,
            String uid,
            ServiceAccountName serviceAccount,
            Duration lifetime,
            Instant now) {
        if (lifetime.compareTo(Duration.ofSeconds(1)) < 0
                || lifetime.compareTo(LONGEST_LIFETIME) > 0) {
            throw new IllegalArgumentException(
                    "a token's lifetime must be 1 s to 7 days, have " + lifetime);
        }
        WorkloadIdentity who = new WorkloadIdentity(workload, uid, serviceAccount);
        byte[] id = new byte[ID_BYTES];
        random.nextBytes(id);
        JWTClaimsSet claims =
                new JWTClaimsSet.Builder()
                        .issuer(issuer)
                        .audience(AUDIENCE)
                        .subject(who.workload().toString())
                        .claim(UID, who.uid())
                        .claim(SERVICE_ACCOUNT, who.serviceAccount().toString())
                        .issueTime(Date.from(now))
                        .notBeforeTime(Date.from(now.minus(BACKDATE)))
                        .expirationTime(Date.from(now.plus(lifetime)))
                        .jwtID(HexFormat.of().formatHex(id))
                        .build();
        return sign(claims, keys.signing());
    }

    private String sign(JWTClaimsSet claims, TokenKey key) {
        SignedJWT token =
                new SignedJWT(
                        new JWSHeader.Builder(JWSAlgorithm.ES256)
                                .type(JOSEObjectType.JWT)
                                .keyID(key.id())
                                .build(),
                        claims);
        try {
            ECDSASigner signer = new ECDSASigner(key.pair().getPrivate(), Curve.P_256);
            signer.getJCAContext().setProvider(P256.PROVIDER);
            signer.getJCAContext().setSecureRandom(random);
            token.sign(signer);
        } catch (JOSEException e) {
            throw new IllegalStateException("a key on P-256 cannot sign a token", e);
        }
        return token.serialize();
    }

    /** Which workload this token is for, if it is good at {@code now}. Never throws. */
    public Verdict.Settled verify(String token, Instant now) {
        if (token.isEmpty()) {
            return new Refused(Reason.EMPTY);
        }
        if (token.length() > MAX_TOKEN_LENGTH) {
            return new Refused(Reason.TOO_LONG);
        }
        try {
            JWT parsed = JWTParser.parse(token);
            if (!(parsed instanceof SignedJWT signed)
                    || !JWSAlgorithm.ES256.equals(signed.getHeader().getAlgorithm())) {
                return new Refused(Reason.ALGORITHM);
            }
            Optional<Reason> wrong = checkSignature(signed);
            if (wrong.isPresent()) {
                return new Refused(wrong.get());
            }
            return judge(signed.getJWTClaimsSet(), now);
        } catch (ParseException | RuntimeException malformed) {
            return new Refused(Reason.MALFORMED);
        }
    }

    private Optional<Reason> checkSignature(SignedJWT token) {
        String id = token.getHeader().getKeyID();
        Optional<TokenKey> key = id == null ? Optional.empty() : keys.find(id);
        if (key.isEmpty()) {
            return Optional.of(Reason.UNKNOWN_KEY);
        }
        try {
            ECDSAVerifier verifier = new ECDSAVerifier((ECPublicKey) key.get().pair().getPublic());
            verifier.getJCAContext().setProvider(P256.PROVIDER);
            return token.verify(verifier) ? Optional.empty() : Optional.of(Reason.SIGNATURE);
        } catch (JOSEException e) {
            return Optional.of(Reason.SIGNATURE);
        }
    }

    private Verdict.Settled judge(JWTClaimsSet claims, Instant now) throws ParseException {
        if (!issuer.equals(claims.getIssuer())) {
            return new Refused(Reason.ISSUER);
        }
        if (!List.of(AUDIENCE).equals(claims.getAudience())) {
            return new Refused(Reason.AUDIENCE);
        }
        Date notBefore = claims.getNotBeforeTime();
        Date expires = claims.getExpirationTime();
        Optional<WorkloadIdentity> who = identity(claims);
        if (notBefore == null || expires == null || who.isEmpty()) {
            return new Refused(Reason.MISSING_CLAIM);
        }
        if (now.isBefore(notBefore.toInstant())) {
            return new Refused(Reason.NOT_YET_VALID);
        }
        if (!now.isBefore(expires.toInstant())) {
            return new Refused(Reason.EXPIRED);
        }
        return new Verified(who.get());
    }

    private static Optional<WorkloadIdentity> identity(JWTClaimsSet claims) {
        try {
            String subject = claims.getSubject();
            String uid = claims.getStringClaim(UID);
            String account = claims.getStringClaim(SERVICE_ACCOUNT);
            if (subject == null || uid == null || account == null) {
                return Optional.empty();
            }
            return Optional.of(
                    new WorkloadIdentity(
                            WorkloadName.parse(subject), uid, ServiceAccountName.parse(account)));
        } catch (ParseException | IllegalArgumentException wrongForm) {
            return Optional.empty();
        }
    }

    /**
     * Signs with a new key from now on. Tokens of the key before it stay good, those of older keys
     * do not. Other processes refuse tokens of the new key until their next {@link #refresh}; their
     * clients come again.
     *
     * @throws IdentityException if the key cannot be kept, or older ones not be removed; then
     *     nothing changes before the next {@link #refresh}
     */
    public synchronized void rotate() {
        keys = TokenKeys.rotate(state, random);
    }

    /**
     * Takes up a rotation by another process. To be called about once a minute.
     *
     * @throws IdentityException if a key is refused or cannot be read; then nothing changes
     */
    public synchronized void refresh() {
        keys = TokenKeys.read(state);
    }
}
