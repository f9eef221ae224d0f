package io.peakmesh.identity.attest;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.peakmesh.model.ServiceAccountName;
import io.peakmesh.model.WorkloadName;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/**
 * A cluster's part in tests: signs tokens with the claims and the header that a kube-apiserver
 * 1.37.2 gives them (as seen there by TokenRequest), publishes its keys in the form seen there, and
 * answers reviews.
 */
final class Cluster implements ServiceAccountKeys, TokenReviewer, LivePods, InstantSource {
    static final Instant START = Instant.parse("2026-11-23T12:00:00Z");
    static final String ISSUER = "https://kubernetes.default.svc.cluster.local";
    static final WorkloadName WEB = new WorkloadName("default", "web-1");
    static final String UID = "37f63421-4958-4a56-af59-0a215cdc8bae";
    static final ServiceAccountName ACCOUNT = new ServiceAccountName("default", "web");

    /** Made once: an RSA key takes long. */
    static final RSAKey RSA = rsa("vJm-rK3_16719jO03_Cz6NCQbCRsp7uMtVvoVdhl6G8");

    static final ECKey EC = ec("-JbuGtRAteeo79Pn_aIr9WAcHnfiXwl2ghSyizBS_tE", Curve.P_256);

    Instant now = START;
    String issuer = ISSUER;
    List<JWK> keys = new ArrayList<>(List.of(RSA, EC));
    Optional<String> jwks = Optional.empty();
    boolean away;
    Map<WorkloadName, LivePod> pods = new HashMap<>(Map.of(WEB, new LivePod(UID, ACCOUNT)));
    TokenReviewer.Answer answer = new Answer.Authenticated(WEB, UID, ACCOUNT);
    final List<String> log = new ArrayList<>();
    final AtomicInteger fetches = new AtomicInteger();
    final AtomicInteger reviews = new AtomicInteger();

    PodTokens open() {
        return PodTokens.open(this, this, this, this, PodTokens.Settings.byDefault(log::add));
    }

    static RSAKey rsa(String id) {
        try {
            return new RSAKeyGenerator(2048).keyID(id).keyUse(KeyUse.SIGNATURE).generate();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    static ECKey ec(String id, Curve curve) {
        try {
            return new ECKeyGenerator(curve).keyID(id).keyUse(KeyUse.SIGNATURE).generate();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    /** The claims of a pod's token, in the shape of 1.37.2. */
    JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder()
                .audience(List.of("peakmesh"))
                .expirationTime(Date.from(START.plus(Duration.ofHours(1))))
                .issueTime(Date.from(START))
                .issuer(ISSUER)
                .jwtID("3eecf398-8145-4228-bcf4-1707865c08b0")
                .claim("kubernetes.io", bound())
                .notBeforeTime(Date.from(START))
                .subject("system:serviceaccount:default:web");
    }

    static Map<String, Object> bound() {
        Map<String, Object> bound = new LinkedHashMap<>();
        bound.put("namespace", "default");
        bound.put("node", object("node1", "eba8c558-35bd-4763-96a3-e7309458863c"));
        bound.put("pod", object(WEB.name(), UID));
        bound.put("serviceaccount", object("web", "3ec5a323-faf4-4853-a351-b8b13d9210fb"));
        return bound;
    }

    static Map<String, Object> object(String name, String uid) {
        return new LinkedHashMap<>(Map.of("name", name, "uid", uid));
    }

    String token() {
        return token(RSA, JWSAlgorithm.RS256, claims());
    }

    String claiming(UnaryOperator<JWTClaimsSet.Builder> change) {
        return token(RSA, JWSAlgorithm.RS256, change.apply(claims()));
    }

    static String token(JWK key, JWSAlgorithm algorithm, JWTClaimsSet.Builder claims) {
        JWSHeader header = new JWSHeader.Builder(algorithm).keyID(key.getKeyID()).build();
        return token(key, header, claims);
    }

    static String token(JWK key, JWSHeader header, JWTClaimsSet.Builder claims) {
        try {
            JWSSigner signer =
                    key instanceof RSAKey rsa
                            ? new RSASSASigner(rsa)
                            : new ECDSASigner(key.toECKey());
            SignedJWT token = new SignedJWT(header, claims.build());
            token.sign(signer);
            return token.serialize();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public Published fetch() throws IOException {
        fetches.incrementAndGet();
        if (away) {
            throw new IOException("connection refused");
        }
        return new Published(issuer, jwks.orElseGet(() -> new JWKSet(keys).toString()));
    }

    @Override
    public Answer review(String token, String audience) {
        if (!audience.equals("peakmesh")) {
            throw new AssertionError("reviewed for audience " + audience);
        }
        reviews.incrementAndGet();
        return away ? new Answer.Unavailable("connection refused") : answer;
    }

    @Override
    public Optional<LivePod> find(WorkloadName name) {
        return Optional.ofNullable(pods.get(name));
    }

    @Override
    public Instant instant() {
        return now;
    }
}
