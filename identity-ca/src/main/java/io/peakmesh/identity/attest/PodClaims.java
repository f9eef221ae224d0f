package io.peakmesh.identity.attest;

import com.nimbusds.jwt.JWTClaimsSet;
import io.peakmesh.identity.attest.Verdict.Reason;
import io.peakmesh.identity.issue.WorkloadIdentity;
import io.peakmesh.model.ServiceAccountName;
import io.peakmesh.model.WorkloadName;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the claims of a pod's token say; whether that is true is for its signature to prove. */
sealed interface PodClaims {
    /** A well-formed claim to be this pod. */
    record Pod(WorkloadIdentity who) implements PodClaims {}

    record Wrong(Reason reason) implements PodClaims {}

    /** Whose clock is how far off: the API server itself allows as much (go-jose's default). */
    Duration LEEWAY = Duration.ofMinutes(1);

    /** The issuer of tokens that are kept in Secrets, whatever the cluster's own is called. */
    String LEGACY_ISSUER = "kubernetes/serviceaccount";

    String BOUND = "kubernetes.io";

    static PodClaims read(JWTClaimsSet claims, String issuer, Instant now) {
        if (LEGACY_ISSUER.equals(claims.getIssuer())) {
            return new Wrong(Reason.LEGACY);
        }
        if (!issuer.equals(claims.getIssuer())) {
            return new Wrong(Reason.ISSUER);
        }
        List<String> audience = claims.getAudience();
        if (!audience.contains(PodTokens.AUDIENCE)) {
            return new Wrong(Reason.AUDIENCE);
        }
        if (audience.size() > 1) {
            return new Wrong(Reason.OTHER_AUDIENCES);
        }
        return wrongTime(claims, now).<PodClaims>map(Wrong::new).orElseGet(() -> bound(claims));
    }

    private static Optional<Reason> wrongTime(JWTClaimsSet claims, Instant now) {
        Date notBefore = claims.getNotBeforeTime();
        Date expires = claims.getExpirationTime();
        Date issued = claims.getIssueTime();
        if (notBefore == null || expires == null || issued == null) {
            return Optional.of(Reason.MISSING_CLAIM);
        }
        if (now.plus(LEEWAY).isBefore(notBefore.toInstant())) {
            return Optional.of(Reason.NOT_YET_VALID);
        }
        if (!now.minus(LEEWAY).isBefore(expires.toInstant())) {
            return Optional.of(Reason.EXPIRED);
        }
        return now.plus(LEEWAY).isBefore(issued.toInstant())
                ? Optional.of(Reason.ISSUED_LATER)
                : Optional.empty();
    }

    private static PodClaims bound(JWTClaimsSet claims) {
        try {
            Map<String, Object> to = claims.getJSONObjectClaim(BOUND);
            if (to == null) {
                return new Wrong(Reason.MISSING_CLAIM);
            }
            String namespace = text(to, "namespace");
            Map<?, ?> account = object(to, "serviceaccount");
            ServiceAccountName name = new ServiceAccountName(namespace, text(account, "name"));
            requireUid(text(account, "uid"));
            if (to.get("pod") == null) {
                return new Wrong(Reason.NOT_BOUND);
            }
            Map<?, ?> pod = object(to, "pod");
            WorkloadIdentity who =
                    new WorkloadIdentity(
                            new WorkloadName(namespace, text(pod, "name")), text(pod, "uid"), name);
            String subject = "system:serviceaccount:" + namespace + ":" + name.name();
            return subject.equals(claims.getSubject()) ? new Pod(who) : new Wrong(Reason.SUBJECT);
        } catch (ParseException | IllegalArgumentException wrongForm) {
            return new Wrong(Reason.MISSING_CLAIM);
        }
    }

    private static Map<?, ?> object(Map<?, ?> in, String name) {
        if (in.get(name) instanceof Map<?, ?> object) {
            return object;
        }
        throw new IllegalArgumentException(name + " is no object");
    }

    private static String text(Map<?, ?> in, String name) {
        if (in.get(name) instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException(name + " is no text");
    }

    private static void requireUid(String uid) {
        if (uid.isEmpty()) {
            throw new IllegalArgumentException("the service account has no uid");
        }
    }
}
