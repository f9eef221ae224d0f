package io.peakmesh.identity.attest;

import static io.peakmesh.identity.attest.Cluster.ACCOUNT;
import static io.peakmesh.identity.attest.Cluster.EC;
import static io.peakmesh.identity.attest.Cluster.RSA;
import static io.peakmesh.identity.attest.Cluster.START;
import static io.peakmesh.identity.attest.Cluster.UID;
import static io.peakmesh.identity.attest.Cluster.WEB;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.peakmesh.identity.attest.LivePods.LivePod;
import io.peakmesh.identity.attest.Verdict.Reason;
import io.peakmesh.identity.attest.Verdict.Refused;
import io.peakmesh.identity.attest.Verdict.Verified;
import io.peakmesh.identity.issue.WorkloadIdentity;
import io.peakmesh.model.ServiceAccountName;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What a pod's token must be, with every key known: the cluster is never asked. */
final class PodTokensTest {
    private static final Verified YES = new Verified(new WorkloadIdentity(WEB, UID, ACCOUNT));

    private final Cluster cluster = new Cluster();
    private final PodTokens tokens = cluster.open();

    private void refuses(String token, Reason reason) {
        assertThat(tokens.verify(token)).isEqualTo(new Refused(reason));
        assertThat(cluster.reviews).hasValue(0);
    }

    /** A token that differs in what it is bound to. */
    private String boundTo(Consumer<Map<String, Object>> change) {
        Map<String, Object> bound = Cluster.bound();
        change.accept(bound);
        return cluster.claiming(claims -> claims.claim("kubernetes.io", bound));
    }

    @Test
    void verifiesWhatTheClusterGivesAPod() {
        assertThat(tokens.verify(cluster.token())).isEqualTo(YES);
        assertThat(tokens.verify(Cluster.token(EC, JWSAlgorithm.ES256, cluster.claims())))
                .isEqualTo(YES);
        assertThat(cluster.fetches).hasValue(1);
        assertThat(cluster.reviews).hasValue(0);
    }

    @Test
    void verifiesATokenWithoutANodeAsKubernetesBefore132MayGive() {
        assertThat(tokens.verify(boundTo(bound -> bound.remove("node")))).isEqualTo(YES);
    }

    @Test
    void verifiesEveryAlgorithmThatFitsTheKey() {
        ECKey p384 = Cluster.ec("p384", Curve.P_384);
        ECKey p521 = Cluster.ec("p521", Curve.P_521);
        cluster.keys.addAll(List.of(p384, p521));
        tokens.refresh();

        for (JWSAlgorithm algorithm : JWSAlgorithm.Family.RSA) {
            assertThat(tokens.verify(Cluster.token(RSA, algorithm, cluster.claims())))
                    .as(algorithm.getName())
                    .isEqualTo(YES);
        }
        assertThat(tokens.verify(Cluster.token(p384, JWSAlgorithm.ES384, cluster.claims())))
                .isEqualTo(YES);
        assertThat(tokens.verify(Cluster.token(p521, JWSAlgorithm.ES512, cluster.claims())))
                .isEqualTo(YES);
    }

    @Test
    void refusesNoTokenAndGarbage() {
        refuses("", Reason.EMPTY);
        refuses("x".repeat(TokenAuthority.MAX_TOKEN_LENGTH + 1), Reason.TOO_LONG);
        Random random = new Random(7);
        for (int i = 0; i < 500; i++) {
            byte[] bytes = new byte[1 + random.nextInt(300)];
            random.nextBytes(bytes);
            refuses(new String(bytes, StandardCharsets.ISO_8859_1), Reason.MALFORMED);
        }
        for (String token : List.of(" ", ".", "..", "...", "....", "a.b.c", "{}", "e30.e30.e30")) {
            refuses(token, Reason.MALFORMED);
        }
        String rs256 = base64("{\"alg\":\"RS256\",\"kid\":\"" + RSA.getKeyID() + "\"}");
        refuses(rs256 + "." + base64("{\"a\":" + "[".repeat(5500)) + ".AAAA", Reason.MALFORMED);
        refuses(rs256 + "." + base64("7") + ".AAAA", Reason.MALFORMED);
        refuses(base64("{\"kid\":" + "[".repeat(5500)) + ".e30.AA", Reason.MALFORMED);
    }

    @Test
    void refusesATokenCutShortOrChangedAnywhere() {
        // A changed name of the key is one that the cluster is asked about.
        cluster.answer = new TokenReviewer.Answer.Rejected("no");
        String token = Cluster.token(EC, JWSAlgorithm.ES256, cluster.claims());
        for (int i = 0; i < token.length(); i++) {
            char other = token.charAt(i) == 'A' ? 'B' : 'A';
            String changed = token.substring(0, i) + other + token.substring(i + 1);
            // The last character of a signature holds four bits that are not part of it.
            if (i < token.length() - 1) {
                assertThat(tokens.verify(changed)).as("%d", i).isInstanceOf(Refused.class);
            }
            assertThat(tokens.verify(token.substring(0, i))).isInstanceOf(Refused.class);
        }
    }

    @Test
    void refusesATokenThatSaysThatNoSignatureIsNeeded() {
        refuses(new PlainJWT(cluster.claims().build()).serialize(), Reason.ALGORITHM);
        String[] parts = cluster.token().split("\\.", -1);
        refuses(base64("{\"alg\":\"none\"}") + "." + parts[1] + ".", Reason.ALGORITHM);
    }

    @Test
    void refusesATokenSignedWithAPublicKeyAsASharedSecret() throws Exception {
        for (JWK key : List.of(RSA, EC)) {
            byte[] secret =
                    key.equals(RSA)
                            ? RSA.toRSAPublicKey().getEncoded()
                            : EC.toECPublicKey().getEncoded();
            SignedJWT token =
                    new SignedJWT(
                            new JWSHeader.Builder(JWSAlgorithm.HS256).keyID(key.getKeyID()).build(),
                            cluster.claims().build());
            token.sign(new MACSigner(secret));
            refuses(token.serialize(), Reason.ALGORITHM);
        }
    }

    @Test
    void refusesAnAlgorithmThatDoesNotFitTheNamedKey() {
        JWSHeader ecUnderRsa =
                new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(RSA.getKeyID()).build();
        refuses(Cluster.token(EC, ecUnderRsa, cluster.claims()), Reason.UNFIT_KEY);
        JWSHeader rsaUnderEc =
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(EC.getKeyID()).build();
        refuses(Cluster.token(RSA, rsaUnderEc, cluster.claims()), Reason.UNFIT_KEY);
        JWSHeader otherCurve =
                new JWSHeader.Builder(JWSAlgorithm.ES384).keyID(EC.getKeyID()).build();
        refuses(
                Cluster.token(Cluster.ec("x", Curve.P_384), otherCurve, cluster.claims()),
                Reason.UNFIT_KEY);
    }

    @Test
    void refusesAnotherKeyUnderTheNameOfOneOfTheCluster() {
        refuses(
                Cluster.token(Cluster.rsa(RSA.getKeyID()), JWSAlgorithm.RS256, cluster.claims()),
                Reason.SIGNATURE);
    }

    @Test
    void refusesATokenThatBringsItsOwnKey() {
        ECKey theirs = Cluster.ec("theirs", Curve.P_256);
        JWSHeader header =
                new JWSHeader.Builder(JWSAlgorithm.ES256)
                        .keyID(EC.getKeyID())
                        .jwk(theirs.toPublicJWK())
                        .build();
        refuses(Cluster.token(theirs, header, cluster.claims()), Reason.SIGNATURE);
    }

    @Test
    void refusesAHeaderThatDemandsWhatIsNotUnderstood() {
        JWSHeader header =
                new JWSHeader.Builder(JWSAlgorithm.RS256)
                        .keyID(RSA.getKeyID())
                        .criticalParams(java.util.Set.of("x"))
                        .customParam("x", true)
                        .build();
        refuses(Cluster.token(RSA, header, cluster.claims()), Reason.SIGNATURE);
    }

    @Test
    void refusesAnotherIssuer() {
        refuses(cluster.claiming(claims -> claims.issuer("https://other.example")), Reason.ISSUER);
        refuses(cluster.claiming(claims -> claims.issuer(null)), Reason.ISSUER);
        refuses(cluster.claiming(claims -> claims.issuer(Cluster.ISSUER + "/")), Reason.ISSUER);
    }

    @Test
    void refusesEveryAudienceButOursAlone() {
        refuses(cluster.claiming(claims -> claims.audience(Cluster.ISSUER)), Reason.AUDIENCE);
        refuses(cluster.claiming(claims -> claims.audience(List.of())), Reason.AUDIENCE);
        refuses(cluster.claiming(claims -> claims.claim("aud", null)), Reason.AUDIENCE);
        refuses(cluster.claiming(claims -> claims.audience("Peakmesh")), Reason.AUDIENCE);
        refuses(
                cluster.claiming(claims -> claims.audience(List.of("peakmesh", "vault"))),
                Reason.OTHER_AUDIENCES);
        refuses(
                cluster.claiming(claims -> claims.audience(List.of("vault", "peakmesh"))),
                Reason.OTHER_AUDIENCES);
    }

    @Test
    void takesATokenFromAMinuteBeforeItsTimeToAMinuteAfterIt() {
        String token = cluster.token();
        Instant end = START.plus(Duration.ofHours(1));
        for (Instant good : List.of(START.minusSeconds(60), START, end, end.plusSeconds(59))) {
            cluster.now = good;
            assertThat(tokens.verify(token)).as("at %s", good).isEqualTo(YES);
        }
        cluster.now = START.minusSeconds(61);
        refuses(token, Reason.NOT_YET_VALID);
        cluster.now = end.plusSeconds(60);
        refuses(token, Reason.EXPIRED);
    }

    @Test
    void refusesATokenMadeLaterThanNow() {
        refuses(
                cluster.claiming(claims -> claims.issueTime(Date.from(START.plusSeconds(61)))),
                Reason.ISSUED_LATER);
    }

    @Test
    void refusesATokenThatLacksAClaimOrHasOneOfTheWrongForm() {
        for (String name : List.of("exp", "nbf", "iat", "kubernetes.io")) {
            refuses(cluster.claiming(claims -> claims.claim(name, null)), Reason.MISSING_CLAIM);
        }
        refuses(cluster.claiming(c -> c.claim("kubernetes.io", "x")), Reason.MISSING_CLAIM);
        for (String name : List.of("namespace", "serviceaccount")) {
            refuses(boundTo(bound -> bound.remove(name)), Reason.MISSING_CLAIM);
            refuses(boundTo(bound -> bound.put(name, 7)), Reason.MISSING_CLAIM);
        }
        for (String part : List.of("name", "uid")) {
            for (String of : List.of("serviceaccount", "pod")) {
                Map<String, Object> rest = Cluster.object("web-1", UID);
                rest.remove(part);
                refuses(boundTo(bound -> bound.put(of, rest)), Reason.MISSING_CLAIM);
            }
        }
        refuses(
                boundTo(bound -> bound.put("pod", Cluster.object("web\n1", UID))),
                Reason.MISSING_CLAIM);
    }

    @Test
    void refusesATokenThatIsNotBoundToAPod() {
        refuses(boundTo(bound -> bound.remove("pod")), Reason.NOT_BOUND);
    }

    @Test
    void refusesATokenFromASecret() {
        JWTClaimsSet.Builder legacy =
                new JWTClaimsSet.Builder()
                        .issuer("kubernetes/serviceaccount")
                        .claim("kubernetes.io/serviceaccount/namespace", "default")
                        .claim("kubernetes.io/serviceaccount/secret.name", "web-secret")
                        .claim("kubernetes.io/serviceaccount/service-account.name", "web")
                        .claim(
                                "kubernetes.io/serviceaccount/service-account.uid",
                                "3ec5a323-faf4-4853-a351-b8b13d9210fb")
                        .subject("system:serviceaccount:default:web");
        refuses(Cluster.token(RSA, JWSAlgorithm.RS256, legacy), Reason.LEGACY);
    }

    @Test
    void refusesASubjectThatIsAnotherServiceAccount() {
        refuses(
                cluster.claiming(c -> c.subject("system:serviceaccount:default:admin")),
                Reason.SUBJECT);
        refuses(cluster.claiming(c -> c.subject("system:node:node1")), Reason.SUBJECT);
        refuses(cluster.claiming(c -> c.subject(null)), Reason.SUBJECT);
    }

    @Test
    void refusesTheTokenOfAPodThatIsGoneOrNotKnownYet() {
        cluster.pods.clear();
        refuses(cluster.token(), Reason.POD_UNKNOWN);

        cluster.pods.put(WEB, new LivePod(UID, ACCOUNT));
        assertThat(tokens.verify(cluster.token())).isEqualTo(YES);
    }

    @Test
    void refusesTheTokenOfAnEarlierPodOfTheSameName() {
        cluster.pods.put(WEB, new LivePod("f45a6bec-a837-4254-b6ba-21034d7e9c78", ACCOUNT));
        refuses(cluster.token(), Reason.POD_REPLACED);
    }

    @Test
    void refusesAPodOfAnotherServiceAccount() {
        cluster.pods.put(WEB, new LivePod(UID, new ServiceAccountName("default", "admin")));
        refuses(cluster.token(), Reason.POD_ACCOUNT);
    }

    @Test
    void provesTheTokensOwnPodAndNoOther() {
        String other = "f45a6bec-a837-4254-b6ba-21034d7e9c78";
        cluster.pods.put(
                new io.peakmesh.model.WorkloadName("default", "web-2"),
                new LivePod(other, ACCOUNT));

        Verdict verdict =
                tokens.verify(boundTo(bound -> bound.put("pod", Cluster.object("web-2", other))));

        assertThat(verdict)
                .isInstanceOfSatisfying(
                        Verified.class, yes -> assertThat(yes.who().uid()).isEqualTo(other));
        refuses(
                boundTo(bound -> bound.put("pod", Cluster.object("web-2", UID))),
                Reason.POD_REPLACED);
    }

    @Test
    void saysNothingOfATokenInReasonsOrInTheLog() {
        String token = cluster.token();
        String signature = token.substring(token.lastIndexOf('.') + 1);
        assertThat(tokens.verify(token).toString()).doesNotContain(signature);
        for (Reason reason : Reason.values()) {
            assertThat(reason.text()).isNotBlank().doesNotContain("%", "\n");
        }
        assertThat(String.join("\n", cluster.log)).doesNotContain(signature, "eyJ");
    }

    @Test
    void printsWhatAVerificationCosts() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        for (JWK key : List.of(RSA, EC)) {
            JWSAlgorithm algorithm = key.equals(RSA) ? JWSAlgorithm.RS256 : JWSAlgorithm.ES256;
            String token = Cluster.token(key, algorithm, cluster.claims());
            long started = 0;
            int warm = 500;
            int rounds = 2000;
            for (int i = 0; i < warm + rounds; i++) {
                if (i == warm) {
                    started = threads.getCurrentThreadCpuTime();
                }
                assertThat(tokens.verify(token) instanceof Verified).isTrue();
            }
            long micros = (threads.getCurrentThreadCpuTime() - started) / 1000 / rounds;
            System.out.println(
                    "a pod's token with " + algorithm + " is verified in " + micros + " us of CPU");
        }
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
