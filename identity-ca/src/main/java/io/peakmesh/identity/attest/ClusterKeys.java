package io.peakmesh.identity.attest;

import com.nimbusds.jose.Algorithm;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.JSONObjectUtils;
import io.peakmesh.identity.attest.ServiceAccountKeys.Published;
import io.peakmesh.identity.key.P256;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The keys by which a cluster signs its service-account tokens, as far as they can be used.
 *
 * @param issuer as it stands in every token
 * @param byId by the {@code kid} that a token names
 * @param ignored one line for each thing in the set that is not used, with the reason
 */
record ClusterKeys(String issuer, Map<String, Key> byId, List<String> ignored) {
    /** What the API server signs and accepts; never {@code none}, never a shared secret. */
    static final Set<JWSAlgorithm> ALGORITHMS =
            Set.of(
                    JWSAlgorithm.RS256,
                    JWSAlgorithm.RS384,
                    JWSAlgorithm.RS512,
                    JWSAlgorithm.PS256,
                    JWSAlgorithm.PS384,
                    JWSAlgorithm.PS512,
                    JWSAlgorithm.ES256,
                    JWSAlgorithm.ES384,
                    JWSAlgorithm.ES512);

    private static final Map<Curve, JWSAlgorithm> BY_CURVE =
            Map.of(
                    Curve.P_256, JWSAlgorithm.ES256,
                    Curve.P_384, JWSAlgorithm.ES384,
                    Curve.P_521, JWSAlgorithm.ES512);

    /** A cluster has one or two keys, during a rotation perhaps three. */
    private static final int MAX_KEYS = 64;

    private static final int MAX_JWKS_LENGTH = 256 * 1024;
    private static final int MAX_ISSUER_LENGTH = 2048;
    private static final int MAX_ID_LENGTH = 512;

    /** RFC 7518 section 3.3 wants 2048; above 8192 one verification takes milliseconds. */
    private static final int MIN_RSA_BITS = 2048;

    private static final int MAX_RSA_BITS = 8192;

    /**
     * One key.
     *
     * @param fits the algorithms with which it may be used
     * @param verifier of nimbus-jose-jwt, whose verifiers may be used by several threads at once
     */
    record Key(Set<JWSAlgorithm> fits, JWSVerifier verifier) {
        Key {
            fits = Set.copyOf(fits);
        }
    }

    ClusterKeys {
        byId = Map.copyOf(byId);
        ignored = List.copyOf(ignored);
    }

    Optional<Key> find(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    /**
     * Reads what a cluster published. A key that cannot be used is left out; two keys of one name
     * are both left out, as a token could mean either.
     *
     * @throws IllegalArgumentException if nothing of it can be used
     */
    static ClusterKeys read(Published published) {
        if (published.issuer().isEmpty() || published.issuer().length() > MAX_ISSUER_LENGTH) {
            throw new IllegalArgumentException("the cluster publishes no issuer of a usable form");
        }
        List<String> ignored = new ArrayList<>();
        Map<String, JWK> found = new HashMap<>();
        Set<String> twice = new TreeSet<>();
        for (Map<String, Object> entry : entries(published.jwks())) {
            try {
                JWK key = usable(JWK.parse(entry));
                JWK other = found.putIfAbsent(key.getKeyID(), key);
                if (other != null && !other.equals(key)) {
                    twice.add(key.getKeyID());
                }
            } catch (ParseException | IllegalArgumentException unusable) {
                ignored.add("a key is not used: " + OneLine.of(unusable.getMessage()));
            }
        }
        for (String id : twice) {
            found.remove(id);
            ignored.add("two different keys have the id '" + OneLine.of(id) + "': neither is used");
        }
        Map<String, Key> keys = new HashMap<>();
        found.forEach((id, jwk) -> {
            try {
                keys.put(id, key(jwk));
            } catch (JOSEException | IllegalArgumentException unusable) {
                ignored.add("a key is not used: " + OneLine.of(unusable.getMessage()));
            }
        });
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("the cluster publishes no usable key " + ignored);
        }
        return new ClusterKeys(published.issuer(), keys, ignored);
    }

    private static List<Map<String, Object>> entries(String jwks) {
        try {
            Map<String, Object> set = JSONObjectUtils.parse(jwks, MAX_JWKS_LENGTH);
            Map<String, Object>[] entries = JSONObjectUtils.getJSONObjectArray(set, "keys");
            if (entries == null || entries.length > MAX_KEYS) {
                throw new IllegalArgumentException("want 1 to " + MAX_KEYS + " keys");
            }
            return List.of(entries);
        } catch (ParseException | RuntimeException malformed) {
            throw new IllegalArgumentException(
                    "what the cluster publishes is not a JSON Web Key Set: "
                            + OneLine.of(malformed.getMessage()));
        }
    }

    private static JWK usable(JWK key) {
        String id = key.getKeyID();
        if (id == null || id.isEmpty() || id.length() > MAX_ID_LENGTH) {
            throw new IllegalArgumentException("it has no id of a usable form");
        }
        if (key.getKeyUse() != null && !KeyUse.SIGNATURE.equals(key.getKeyUse())) {
            throw new IllegalArgumentException("'" + id + "' is for another use than to sign");
        }
        Set<KeyOperation> operations = key.getKeyOperations();
        if (operations != null && !operations.contains(KeyOperation.VERIFY)) {
            throw new IllegalArgumentException("'" + id + "' is not to verify with");
        }
        return key;
    }

    private static Key key(JWK jwk) throws JOSEException {
        return switch (jwk) {
            case RSAKey rsa -> {
                if (rsa.size() < MIN_RSA_BITS || rsa.size() > MAX_RSA_BITS) {
                    throw new IllegalArgumentException(
                            "'" + rsa.getKeyID() + "' is an RSA key of " + rsa.size() + " bits");
                }
                Set<JWSAlgorithm> fits = new HashSet<>(JWSAlgorithm.Family.RSA);
                yield new Key(declared(jwk, fits), new RSASSAVerifier(rsa.toRSAPublicKey()));
            }
            case ECKey ec -> {
                JWSAlgorithm fits = BY_CURVE.get(ec.getCurve());
                if (fits == null) {
                    throw new IllegalArgumentException(
                            "'" + ec.getKeyID() + "' is on curve " + ec.getCurve());
                }
                ECDSAVerifier verifier = new ECDSAVerifier(ec.toECPublicKey());
                verifier.getJCAContext().setProvider(P256.PROVIDER);
                yield new Key(declared(jwk, Set.of(fits)), verifier);
            }
            default ->
                    throw new IllegalArgumentException(
                            "'" + jwk.getKeyID() + "' is of type " + jwk.getKeyType());
        };
    }

    /** The one algorithm that the key says it is for, or all that fit. */
    private static Set<JWSAlgorithm> declared(JWK key, Set<JWSAlgorithm> fits) {
        Algorithm declared = key.getAlgorithm();
        if (declared == null) {
            return fits;
        }
        for (JWSAlgorithm one : fits) {
            if (one.getName().equals(declared.getName())) {
                return Set.of(one);
            }
        }
        throw new IllegalArgumentException(
                "'" + key.getKeyID() + "' is for " + declared + ", which does not fit it");
    }
}
