package io.peakmesh.identity.state;

import static io.peakmesh.identity.issue.Authorities.NOW;
import static io.peakmesh.identity.issue.Authorities.WEB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peakmesh.identity.attest.TokenAuthority;
import io.peakmesh.identity.attest.Verdict;
import io.peakmesh.identity.issue.Authorities;
import io.peakmesh.identity.issue.CaSettings;
import io.peakmesh.identity.issue.CertificateAuthority;
import io.peakmesh.identity.issue.Svid;
import io.peakmesh.identity.sds.WorkloadSecrets;
import io.peakmesh.identity.state.FaultyState.PowerCut;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Several control planes over one store that fails; a failure names its seed. */
final class SharedStateTest {
    private static final int RUNS = 20;
    private static final double FAULTS = 0.15;
    private static final SecureRandom RANDOM = new SecureRandom();

    /** All that one control plane has of the state. */
    private record Replica(
            CertificateAuthority authority, TokenAuthority tokens, WorkloadSecrets secrets) {
        static Replica open(State state, Instant now) {
            CertificateAuthority authority =
                    CertificateAuthority.open(
                            state, Authorities.DOMAIN, CaSettings.byDefault(), now, RANDOM);
            return new Replica(
                    authority,
                    TokenAuthority.open(state, Authorities.DOMAIN, RANDOM),
                    new WorkloadSecrets(authority, state, new Random(1), _ -> {}));
        }

        void refresh(Instant now) {
            tokens.refresh();
            secrets.refresh(now);
        }
    }

    /** As a process that is started again, or calls again in a minute, until it works. */
    private static <T> T again(Supplier<T> action) {
        for (int attempt = 0; attempt < 10_000; attempt++) {
            try {
                return action.get();
            } catch (IdentityException e) {
                assertThat(e.category()).isEqualTo(IdentityException.Category.STATE_IO);
            }
        }
        throw new AssertionError("never worked");
    }

    private static void settle(Replica replica, Instant now) {
        again(() -> {
            replica.refresh(now);
            return true;
        });
    }

    private static void requireGood(Svid svid, List<Replica> all, Instant now) throws Exception {
        for (Replica verifier : all) {
            Authorities.validate(svid, verifier.authority().bundle(), now);
        }
    }

    @Test
    void agreesOnOneRootHoweverTheFirstStartsInterleaveAndFail() throws Exception {
        for (long seed = 0; seed < RUNS; seed++) {
            FaultyState state = new FaultyState(seed, FAULTS);
            List<Replica> replicas = interleavedStarts(state, new Random(seed), 4);
            assertAgreed(replicas, NOW, "seed " + seed);
        }
    }

    /** Each start may be overtaken by whole other starts, between any two of its calls. */
    private static List<Replica> interleavedStarts(FaultyState state, Random random, int count) {
        List<Replica> replicas = new ArrayList<>();
        int[] waiting = {count - 1};
        state.before(_ -> {
            if (waiting[0] > 0 && random.nextInt(6) == 0) {
                waiting[0]--;
                replicas.add(again(() -> Replica.open(state, NOW)));
            }
        });
        replicas.add(again(() -> Replica.open(state, NOW)));
        while (waiting[0]-- > 0) {
            replicas.add(again(() -> Replica.open(state, NOW)));
        }
        state.before(_ -> {});
        return replicas;
    }

    private static void assertAgreed(List<Replica> replicas, Instant now, String run)
            throws Exception {
        Set<String> bundles = new HashSet<>();
        for (Replica replica : replicas) {
            // Even before the first refresh.
            requireGood(again(() -> replica.authority().issue(WEB, now)), replicas, now);
            bundles.add(replica.authority().bundle().pem());
        }
        assertThat(bundles).as(run).hasSize(1);

        for (int round = 0; round < 2; round++) {
            replicas.forEach(replica -> settle(replica, now));
        }
        Set<X509Certificate> issuers = new HashSet<>();
        for (Replica replica : replicas) {
            issuers.add(again(() -> replica.authority().issue(WEB, now)).issuer());
            for (Replica verifier : replicas) {
                String token =
                        replica.tokens()
                                .mint(
                                        WEB.workload(),
                                        WEB.uid(),
                                        WEB.serviceAccount(),
                                        Duration.ofMinutes(5),
                                        now);
                assertThat(verifier.tokens().verify(token, now))
                        .as(run)
                        .isInstanceOf(Verdict.Verified.class);
            }
        }
        // A write that failed and arrives later may add one more; the next refresh finds it.
        assertThat(issuers).as(run).hasSizeBetween(1, 2);
    }

    @Test
    void rotatesTogetherForMonthsOverAFailingStore() throws Exception {
        for (long seed = 0; seed < 3; seed++) {
            FaultyState state = new FaultyState(seed, FAULTS);
            Random random = new Random(seed);
            List<Replica> replicas = interleavedStarts(state, random, 3);
            Instant now = NOW;
            for (int day = 0; day < 50; day++) {
                now = now.plus(Duration.ofHours(20 + random.nextInt(9)));
                Instant today = now;
                // One of them hears of everything late, or not at all on some days.
                for (Replica replica : replicas) {
                    if (random.nextInt(4) > 0) {
                        tolerantly(() -> replica.refresh(today));
                    }
                    if (random.nextInt(20) == 0) {
                        tolerantly(replica.secrets()::renewAll);
                        tolerantly(replica.tokens()::rotate);
                    }
                    Svid svid = again(() -> replica.authority().issue(WEB, today));
                    requireGood(svid, replicas, today);
                }
                if (random.nextInt(10) == 0) {
                    replicas.set(random.nextInt(3), again(() -> Replica.open(state, today)));
                }
            }
            Instant end = now;
            replicas.forEach(replica -> settle(replica, end));
            assertAgreed(replicas, end, "seed " + seed);
            FaultyState quiet = state;
            assertThat(again(() -> quiet.names("intermediate-")).size()).isLessThan(8);
        }
    }

    private static void tolerantly(Runnable action) {
        try {
            action.run();
        } catch (IdentityException e) {
            assertThat(e.category()).isEqualTo(IdentityException.Category.STATE_IO);
        }
    }

    @Test
    void resumesWhereverAStartOrARotationWasCutOff() throws Exception {
        Instant later = NOW.plus(Duration.ofDays(32));
        FaultyState whole = new FaultyState(0, 0);
        live(whole, later);
        int calls = whole.calls().size();
        assertThat(calls).isGreaterThan(30);

        for (int cut = 0; cut < calls; cut++) {
            FaultyState state = new FaultyState(0, 0);
            int last = cut;
            int[] made = {0};
            state.before(_ -> {
                if (made[0]++ == last) {
                    throw new PowerCut();
                }
            });
            assertThatThrownBy(() -> live(state, later)).isInstanceOf(PowerCut.class);
            state.before(_ -> {});
            Optional<String> root = state.read("root.pem");

            List<Replica> resumed = List.of(Replica.open(state, later), Replica.open(state, later));

            if (root.isPresent()) {
                assertThat(state.read("root.pem")).isEqualTo(root);
            }
            assertAgreed(resumed, later, "cut off before " + whole.calls().get(cut));
        }
    }

    /** A first start and, a month later, every kind of rotation. */
    private static void live(State state, Instant later) {
        Replica replica = Replica.open(state, NOW);
        replica.refresh(later);
        replica.tokens().rotate();
        replica.tokens().rotate();
        replica.secrets().renewAll();
        replica.secrets().renewAll();
        replica.authority().issue(WEB, later);
    }

    @Test
    void agreesWhenThreadsStartAtOnce() throws Exception {
        FaultyState state = new FaultyState(3, FAULTS);
        List<Future<Replica>> starts = new ArrayList<>();
        List<Replica> replicas = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (int i = 0; i < 8; i++) {
                starts.add(threads.submit(() -> again(() -> Replica.open(state, NOW))));
            }
            for (Future<Replica> start : starts) {
                replicas.add(start.get());
            }
        }
        assertAgreed(replicas, NOW, "threads");
    }

    @Test
    void makesNoSecondRootWhereTheFirstOneWasTakenAway() {
        FaultyState state = new FaultyState(0, 0);
        Replica replica = Replica.open(state, NOW);
        state.delete("root.pem");

        assertThatThrownBy(() -> Replica.open(state, NOW))
                .isInstanceOf(IdentityException.class)
                .hasMessageContaining("Secret peakmesh/peakmesh-ca/root.pem: was taken away");
        assertThatThrownBy(() -> replica.refresh(NOW))
                .hasMessageContaining("root.pem: was taken away");
        assertThat(replica.authority().issue(WEB, NOW)).isNotNull();
        assertThat(state.names("root")).isEmpty();
    }

    @Test
    void saysSoWhenTheRootWasExchangedWhileItRuns() {
        FaultyState state = new FaultyState(0, 0);
        Replica replica = Replica.open(state, NOW);
        state.names("").forEach(state::delete);
        Replica.open(state, NOW);

        assertThatThrownBy(() -> replica.authority().refresh(NOW))
                .isInstanceOf(IdentityException.class)
                .hasMessageContaining("root.pem: is another one than this control plane started");
    }

    @Test
    void skipsAnIntermediateThatAnotherRemovedAfterItWasListed() {
        FaultyState state = new FaultyState(0, 0);
        Replica.open(state, NOW);
        // It has ended, and is kept for another day.
        Instant later = NOW.plus(Duration.ofHours(30 * 24 + 12));
        Replica.open(state, later);
        String ended = "intermediate-00000001.pem";
        assertThat(state.names("intermediate-")).contains(ended);
        state.before(call -> {
            if (call.equals("read " + ended)) {
                state.before(_ -> {});
                state.delete(ended);
            }
        });

        assertThat(Replica.open(state, later).authority().issue(WEB, later)).isNotNull();
    }

    @Test
    void callsInOnceWhenTheStoreFailsToSayThatItIsWritten() {
        for (long seed = 0; seed < RUNS; seed++) {
            FaultyState state = new FaultyState(seed, FAULTS);
            Replica replica = again(() -> Replica.open(state, NOW));
            String before = version(replica);
            again(() -> {
                replica.secrets().renewAll();
                return true;
            });
            assertThat(heldIsGood(replica, before)).as("seed %d", seed).isFalse();
            assertThat(heldIsGood(replica, version(replica))).as("seed %d", seed).isTrue();
        }
    }

    private static String version(Replica replica) {
        return again(() -> replica.secrets().secret(WEB, WorkloadSecrets.IDENTITY, "", NOW))
                .orElseThrow()
                .version();
    }

    private static boolean heldIsGood(Replica replica, String version) {
        return again(() -> replica.secrets().secret(WEB, WorkloadSecrets.IDENTITY, version, NOW))
                .orElseThrow()
                .version()
                .equals(version);
    }
}
