package io.peakmesh.identity.attest;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jwt.JWT;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.JWTParser;
import com.nimbusds.jwt.SignedJWT;
import io.peakmesh.identity.attest.LivePods.LivePod;
import io.peakmesh.identity.attest.TokenReviewer.Answer;
import io.peakmesh.identity.attest.Verdict.Reason;
import io.peakmesh.identity.attest.Verdict.Refused;
import io.peakmesh.identity.attest.Verdict.Unavailable;
import io.peakmesh.identity.attest.Verdict.Verified;
import io.peakmesh.identity.issue.WorkloadIdentity;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Verifies the tokens by which pods prove which pod they are: projected service-account tokens of
 * the cluster, made for the audience {@value #AUDIENCE} alone and bound to a pod. A token that is
 * good for further audiences is refused, as each of these could pass it on to us; one that is for
 * no audience or another is refused without exception.
 *
 * <p>That is done here, with the keys that the cluster publishes, so the API server is asked only
 * about a token that names a key which was not there at a fresh look: its answer (TokenReview, with
 * the audience) must agree with what the token says. The cluster is looked at for new keys and
 * asked at a bounded rate, and only about tokens that claim to be from it, for us, in time, and of
 * a pod that lives; with no answer the verdict is {@link Unavailable}, never yes. Somebody who
 * forges such tokens can use that rate up, which delays proxies whose key is unknown too and no
 * others.
 *
 * <p>The pod must live now, with the same UID and service account. A pod so new that {@link
 * LivePods} does not know it yet is refused with {@link Reason#POD_UNKNOWN}, like one that is gone:
 * its proxy comes again, Envoy within seconds. Clocks may differ by {@code 60 s}, as they may for
 * the API server itself.
 *
 * <p>The node in the token is not looked at: Kubernetes before 1.32 may leave it out, and what
 * would be compared with it, the pod's, follows from the UID.
 */
public final class PodTokens {
    public static final String AUDIENCE = TokenAuthority.AUDIENCE;

    private final KeySource keys;
    private final Reviews reviews;
    private final LivePods pods;
    private final InstantSource clock;

    /**
     * @param betweenFetches unknown keys make the cluster's be fetched no more often than this
     * @param reviewBurst that many tokens may be asked about at once
     * @param reviewsPerSecond that many on average
     * @param reviewRemembered how long the cluster's yes or no about a token is used again
     * @param log hears one line, without anything of a token, when the keys change or cannot be had
     */
    public record Settings(
            Duration betweenFetches,
            int reviewBurst,
            double reviewsPerSecond,
            Duration reviewRemembered,
            Consumer<String> log) {
        /** Throws IllegalArgumentException if nothing could ever be asked. */
        public Settings {
            if (betweenFetches.isNegative() || reviewRemembered.isNegative()) {
                throw new IllegalArgumentException("a time in the token settings is negative");
            }
            if (reviewBurst < 1 || !(reviewsPerSecond > 0)) {
                throw new IllegalArgumentException(
                        "token reviews must be allowed: have a burst of "
                                + reviewBurst
                                + " and "
                                + reviewsPerSecond
                                + "/s");
            }
        }

        /** Keys every 10 s; 50 reviews at once and 20/s, remembered for 10 s. */
        public static Settings byDefault(Consumer<String> log) {
            return new Settings(Duration.ofSeconds(10), 50, 20, Duration.ofSeconds(10), log);
        }
    }

    private PodTokens(KeySource keys, Reviews reviews, LivePods pods, InstantSource clock) {
        this.keys = keys;
        this.reviews = reviews;
        this.pods = pods;
        this.clock = clock;
    }

    /** Fetches the keys for the first time; that this fails keeps nobody from starting. */
    public static PodTokens open(
            ServiceAccountKeys keys,
            TokenReviewer reviewer,
            LivePods pods,
            InstantSource clock,
            Settings settings) {
        KeySource source = new KeySource(keys, settings.betweenFetches(), settings.log());
        PodTokens tokens =
                new PodTokens(
                        source, new Reviews(reviewer, settings, clock.instant()), pods, clock);
        tokens.refresh();
        return tokens;
    }

    /** Fetches the keys anew; those there are stay if that fails. About once a minute. */
    public void refresh() {
        keys.fetch(clock.instant());
    }

    /**
     * Which pod this token is of. Never throws. May wait a few seconds for the cluster if the
     * token's key is unknown, else takes about 0.1 ms; to be called by any number of threads.
     */
    public Verdict verify(String token) {
        if (token.isEmpty()) {
            return new Refused(Reason.EMPTY);
        }
        if (token.length() > TokenAuthority.MAX_TOKEN_LENGTH) {
            return new Refused(Reason.TOO_LONG);
        }
        SignedJWT signed;
        JWTClaimsSet claims;
        try {
            JWT parsed = JWTParser.parse(token);
            if (!(parsed instanceof SignedJWT jws)
                    || !ClusterKeys.ALGORITHMS.contains(jws.getHeader().getAlgorithm())) {
                return new Refused(Reason.ALGORITHM);
            }
            signed = jws;
            claims = jws.getJWTClaimsSet();
        } catch (ParseException | RuntimeException malformed) {
            return new Refused(Reason.MALFORMED);
        }
        return judge(new Parsed(token, signed, claims), clock.instant());
    }

    /** A token in three forms. */
    private record Parsed(String text, SignedJWT signed, JWTClaimsSet claims) {
        Optional<String> keyId() {
            return Optional.ofNullable(signed.getHeader().getKeyID());
        }

        /** The claims alone cannot pass for a token. */
        @Override
        public String toString() {
            return "Parsed";
        }
    }

    private Verdict judge(Parsed token, Instant now) {
        if (keys.keys().isEmpty()) {
            keys.fetchIfDue(now);
        }
        Optional<ClusterKeys> known = keys.keys();
        if (known.isEmpty()) {
            return new Unavailable("the keys of the cluster's tokens could not be fetched yet");
        }
        Optional<ClusterKeys.Key> key = token.keyId().flatMap(known.get()::find);
        return key.isPresent()
                ? judge(token, key.get(), known.get().issuer(), now)
                : judgeUnknown(token, known.get().issuer(), now);
    }

    private Verdict judge(Parsed token, ClusterKeys.Key key, String issuer, Instant now) {
        if (!key.fits().contains(token.signed().getHeader().getAlgorithm())) {
            return new Refused(Reason.UNFIT_KEY);
        }
        try {
            if (!token.signed().verify(key.verifier())) {
                return new Refused(Reason.SIGNATURE);
            }
        } catch (JOSEException | RuntimeException unusable) {
            return new Refused(Reason.SIGNATURE);
        }
        return switch (PodClaims.read(token.claims(), issuer, now)) {
            case PodClaims.Wrong wrong -> new Refused(wrong.reason());
            case PodClaims.Pod pod -> living(pod.who());
        };
    }

    private Verdict judgeUnknown(Parsed token, String issuer, Instant now) {
        PodClaims claimed = PodClaims.read(token.claims(), issuer, now);
        if (claimed instanceof PodClaims.Wrong wrong) {
            return new Refused(wrong.reason());
        }
        WorkloadIdentity who = ((PodClaims.Pod) claimed).who();
        if (token.keyId().isEmpty() || !(living(who) instanceof Verified)) {
            // Which pods there are is nothing to tell to whom has proved nothing.
            return new Refused(Reason.UNKNOWN_KEY);
        }
        keys.fetchIfDue(now);
        Optional<ClusterKeys> fresh = keys.keys();
        Optional<ClusterKeys.Key> key = fresh.flatMap(found -> token.keyId().flatMap(found::find));
        if (fresh.isPresent() && key.isPresent()) {
            return judge(token, key.get(), fresh.get().issuer(), now);
        }
        return switch (reviews.review(token.text(), now)) {
            case Answer.Unavailable away ->
                    new Unavailable(
                            "the token's key is unknown and the cluster cannot be asked: "
                                    + OneLine.of(away.reason()));
            case Answer.Rejected _ -> new Refused(Reason.CLUSTER_REFUSES);
            case Answer.Authenticated yes -> {
                boolean agrees =
                        yes.pod().equals(who.workload())
                                && yes.podUid().equals(who.uid())
                                && yes.account().equals(who.serviceAccount());
                // The pod may have gone while the cluster was asked.
                yield agrees ? living(who) : new Refused(Reason.CLUSTER_DISAGREES);
            }
        };
    }

    private Verdict living(WorkloadIdentity who) {
        Optional<LivePod> found = pods.find(who.workload());
        if (found.isEmpty()) {
            return new Refused(Reason.POD_UNKNOWN);
        }
        LivePod pod = found.get();
        if (!pod.uid().equals(who.uid())) {
            return new Refused(Reason.POD_REPLACED);
        }
        return pod.account().equals(who.serviceAccount())
                ? new Verified(who)
                : new Refused(Reason.POD_ACCOUNT);
    }
}
