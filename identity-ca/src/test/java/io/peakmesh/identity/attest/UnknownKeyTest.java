package io.peakmesh.identity.attest;

import static io.peakmesh.identity.attest.Cluster.ACCOUNT;
import static io.peakmesh.identity.attest.Cluster.EC;
import static io.peakmesh.identity.attest.Cluster.RSA;
import static io.peakmesh.identity.attest.Cluster.UID;
import static io.peakmesh.identity.attest.Cluster.WEB;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import io.peakmesh.identity.attest.LivePods.LivePod;
import io.peakmesh.identity.attest.TokenReviewer.Answer;
import io.peakmesh.identity.attest.Verdict.Reason;
import io.peakmesh.identity.attest.Verdict.Refused;
import io.peakmesh.identity.attest.Verdict.Unavailable;
import io.peakmesh.identity.attest.Verdict.Verified;
import io.peakmesh.identity.issue.WorkloadIdentity;
import io.peakmesh.model.WorkloadName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Keys that change, cannot be had or are unusable, and what the cluster is asked about then. */
final class UnknownKeyTest {
    private static final Verified YES = new Verified(new WorkloadIdentity(WEB, UID, ACCOUNT));
    private static final ECKey NEW = Cluster.ec("new", Curve.P_256);

    private final Cluster cluster = new Cluster();
    private final PodTokens tokens = cluster.open();

    private String tokenOfNewKey() {
        return Cluster.token(NEW, JWSAlgorithm.ES256, cluster.claims());
    }

    private void later(long seconds) {
        cluster.now = cluster.now.plusSeconds(seconds);
    }

    @Test
    void findsANewKeyByALookAtTheCluster() {
        cluster.keys.add(NEW);
        later(10);

        assertThat(tokens.verify(tokenOfNewKey())).isEqualTo(YES);
        assertThat(cluster.fetches).hasValue(2);
        assertThat(cluster.reviews).hasValue(0);
    }

    @Test
    void asksTheClusterAboutAKeyThatItDoesNotPublish() {
        assertThat(tokens.verify(tokenOfNewKey())).isEqualTo(YES);
        assertThat(tokens.verify(tokenOfNewKey())).isEqualTo(YES);
        assertThat(cluster.reviews).hasValue(2);
    }

    @Test
    void remembersTheClustersAnswerForAShortTimeWhateverItWas() {
        String token = tokenOfNewKey();
        cluster.answer = new Answer.Rejected("no");
        for (int i = 0; i < 5; i++) {
            assertThat(tokens.verify(token)).isEqualTo(new Refused(Reason.CLUSTER_REFUSES));
        }
        assertThat(cluster.reviews).hasValue(1);

        cluster.answer = YES_ANSWER;
        later(10);
        for (int i = 0; i < 5; i++) {
            assertThat(tokens.verify(token)).isEqualTo(YES);
        }
        assertThat(cluster.reviews).hasValue(2);
    }

    private static final Answer YES_ANSWER = new Answer.Authenticated(WEB, UID, ACCOUNT);

    @Test
    void looksAtThePodEachTimeAlsoWhereTheAnswerIsRemembered() {
        String token = tokenOfNewKey();
        assertThat(tokens.verify(token)).isEqualTo(YES);

        cluster.pods.clear();
        assertThat(tokens.verify(token)).isInstanceOf(Refused.class);
    }

    @Test
    void refusesWhereTheClusterTookTheTokenForAnothers() {
        WorkloadName other = new WorkloadName("default", "web-2");
        for (Answer answer :
                List.of(
                        new Answer.Authenticated(other, UID, ACCOUNT),
                        new Answer.Authenticated(WEB, "other", ACCOUNT),
                        new Answer.Authenticated(
                                WEB,
                                UID,
                                new io.peakmesh.model.ServiceAccountName("default", "admin")))) {
            cluster.answer = answer;
            assertThat(tokens.verify(tokenOfNewKey()))
                    .isEqualTo(new Refused(Reason.CLUSTER_DISAGREES));
        }
    }

    @Test
    void neverSaysYesWhileTheClusterDoesNotAnswer() {
        String token = tokenOfNewKey();
        cluster.away = true;

        assertThat(tokens.verify(token))
                .isEqualTo(
                        new Unavailable(
                                "the token's key is unknown and the cluster cannot be asked:"
                                        + " connection refused"));
        cluster.away = false;
        assertThat(tokens.verify(token)).as("silence is not remembered").isEqualTo(YES);
    }

    @Test
    void isUnavailableUntilTheKeysWereFetchedOnce() {
        Cluster asleep = new Cluster();
        asleep.away = true;
        PodTokens early = asleep.open();

        assertThat(early.verify(asleep.token()))
                .isEqualTo(
                        new Unavailable(
                                "the keys of the cluster's tokens could not be fetched yet"));
        assertThat(asleep.reviews).hasValue(0);
        assertThat(asleep.fetches).hasValue(1);

        asleep.away = false;
        asleep.now = asleep.now.plusSeconds(10);
        assertThat(early.verify(asleep.token())).isEqualTo(YES);
        assertThat(asleep.log)
                .containsExactly(
                        "service-account keys not fetched, there are none:"
                                + " cause=\"connection refused\"",
                        "service-account keys fetched: issuer=" + Cluster.ISSUER + " keys=2");
    }

    @Test
    void keepsTheKeysWhileTheirSourceIsAwayOrPublishesGarbage() {
        cluster.away = true;
        tokens.refresh();
        assertThat(tokens.verify(cluster.token())).isEqualTo(YES);

        cluster.away = false;
        for (String garbage :
                List.of(
                        "",
                        "garbage",
                        "{}",
                        "[]",
                        "{\"keys\":[]}",
                        "{\"keys\":7}",
                        "[".repeat(9999),
                        "{\"keys\":[null,7,{\"kty\":\"RSA\"}]}")) {
            cluster.jwks = Optional.of(garbage);
            tokens.refresh();
            assertThat(tokens.verify(cluster.token())).as(garbage).isEqualTo(YES);
        }
        assertThat(cluster.log)
                .hasSize(2)
                .element(1)
                .asString()
                .contains("the last good ones stay");

        cluster.jwks = Optional.empty();
        tokens.refresh();
        assertThat(cluster.log).hasSize(3).last().asString().contains("keys fetched");
    }

    @Test
    void dropsAKeyThatTheClusterTookAway() {
        cluster.keys.remove(RSA);
        cluster.answer = new Answer.Rejected("no");
        tokens.refresh();

        assertThat(tokens.verify(cluster.token())).isEqualTo(new Refused(Reason.CLUSTER_REFUSES));
        assertThat(tokens.verify(Cluster.token(EC, JWSAlgorithm.ES256, cluster.claims())))
                .isEqualTo(YES);
    }

    @Test
    void asksNobodyAboutTokensThatCannotBeGood() {
        String otherIssuer =
                Cluster.token(
                        NEW, JWSAlgorithm.ES256, cluster.claims().issuer("https://other.example"));
        String otherAudience =
                Cluster.token(NEW, JWSAlgorithm.ES256, cluster.claims().audience("vault"));
        String noName =
                Cluster.token(
                        NEW, new JWSHeader.Builder(JWSAlgorithm.ES256).build(), cluster.claims());
        for (int i = 0; i < 100; i++) {
            later(20);
            assertThat(tokens.verify(otherIssuer)).isEqualTo(new Refused(Reason.ISSUER));
            assertThat(tokens.verify(otherAudience)).isEqualTo(new Refused(Reason.AUDIENCE));
            assertThat(tokens.verify(noName)).isEqualTo(new Refused(Reason.UNKNOWN_KEY));
        }
        assertThat(cluster.fetches).hasValue(1);
        assertThat(cluster.reviews).hasValue(0);
    }

    @Test
    void tellsNobodyWhichPodsThereAre() {
        String forged = tokenOfNewKey();
        cluster.pods.put(WEB, new LivePod("another", ACCOUNT));
        assertThat(tokens.verify(forged)).isEqualTo(new Refused(Reason.UNKNOWN_KEY));
        cluster.pods.clear();
        assertThat(tokens.verify(forged)).isEqualTo(new Refused(Reason.UNKNOWN_KEY));
        assertThat(cluster.fetches).hasValue(1);
    }

    @Test
    void boundsWhatItAsksWhenFlooded() {
        cluster.answer = new Answer.Rejected("no");
        later(10);
        int refused = 0;
        for (int i = 0; i < 500; i++) {
            Verdict verdict = tokens.verify(tokenOfNewKey());
            refused += verdict.equals(new Refused(Reason.CLUSTER_REFUSES)) ? 1 : 0;
        }
        assertThat(refused).isEqualTo(50);
        assertThat(cluster.reviews).hasValue(50);
        assertThat(cluster.fetches).hasValue(2);
        assertThat(tokens.verify(cluster.token())).as("a known key").isEqualTo(YES);

        later(1);
        for (int i = 0; i < 100; i++) {
            tokens.verify(tokenOfNewKey());
        }
        assertThat(cluster.reviews).hasValue(70);
    }

    @Test
    void fetchesOnceForManyThreadsThatWait() throws Exception {
        cluster.keys.add(NEW);
        later(10);
        CountDownLatch go = new CountDownLatch(1);
        List<Future<Verdict>> verdicts = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(16)) {
            for (int i = 0; i < 16; i++) {
                verdicts.add(
                        threads.submit(() -> {
                            go.await();
                            return tokens.verify(tokenOfNewKey());
                        }));
            }
            go.countDown();
            for (Future<Verdict> verdict : verdicts) {
                assertThat(verdict.get()).isEqualTo(YES);
            }
        }
        assertThat(cluster.fetches).hasValue(2);
        assertThat(cluster.reviews).hasValue(0);
    }

    @Test
    void usesNoKeyThatCouldBeMistakenOrIsForAnotherUse() throws Exception {
        ECKey twin = Cluster.ec(EC.getKeyID(), Curve.P_256);
        RSAKey encrypts =
                new RSAKeyGenerator(2048).keyID("enc").keyUse(KeyUse.ENCRYPTION).generate();
        RSAKey weak = new RSAKeyGenerator(1024, true).keyID("weak").generate();
        // Of the curve of Bitcoin, which the JDK does not have: its generator as the public key.
        ECKey other =
                new ECKey.Builder(
                                Curve.SECP256K1,
                                new Base64URL("eb5mfvncu6xVoGKVzocLBwKb_NstzijZWfKBWxb4F5g"),
                                new Base64URL("SDradyajxGVdpPv8DhEIqP0XtEimhVQZnEfQj_sQ1Lg"))
                        .keyID("k1")
                        .build();
        ECKey noName = new ECKey.Builder(NEW.toPublicJWK()).keyID(null).build();
        ECKey misfit = new ECKey.Builder(NEW).keyID("misfit").algorithm(JWSAlgorithm.RS256).build();
        ClusterKeys keys =
                ClusterKeys.read(
                        new ServiceAccountKeys.Published(
                                Cluster.ISSUER,
                                new JWKSet(
                                                List.of(
                                                        RSA, RSA, EC, twin, encrypts, weak, other,
                                                        noName, misfit))
                                        .toString()));

        assertThat(keys.byId()).containsOnlyKeys(RSA.getKeyID());
        assertThat(keys.ignored()).hasSize(6);
        assertThat(String.join("\n", keys.ignored()))
                .contains("two different keys have the id '" + EC.getKeyID() + "'")
                .contains("'enc' is for another use", "1024 bits", "secp256k1", "no id", "RS256");
    }

    @Test
    void survivesAReviewerThatFails() {
        TokenReviewer broken =
                (token, _) -> {
                    throw new IllegalStateException(token);
                };
        PodTokens fragile =
                PodTokens.open(
                        cluster,
                        broken,
                        cluster,
                        cluster,
                        PodTokens.Settings.byDefault(cluster.log::add));
        Verdict verdict = fragile.verify(tokenOfNewKey());
        assertThat(verdict).isInstanceOf(Unavailable.class);
        assertThat(verdict.toString()).doesNotContain("eyJ");
    }
}
