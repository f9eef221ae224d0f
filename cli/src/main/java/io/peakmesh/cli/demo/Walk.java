package io.peakmesh.cli.demo;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * The demo's six steps. Each changes one thing, by an edit of the folder where there is a file for
 * it, under load all the while, and measures what the change did to real requests.
 */
final class Walk {
    /** Enough for the ratio of a 90/10 split to stand clear of chance: 10 % ± 5 % is 4 sigma. */
    private static final int SPLIT_SAMPLE = 500;

    private static final int SAMPLE = 200;
    private static final String KILLED = "cart-3";
    static final Duration SLOWNESS = Duration.ofMillis(200);

    private final Scene scene;
    private final Consumer<String> progress;

    Walk(Scene scene, Consumer<String> progress) {
        this.scene = scene;
        this.progress = progress;
    }

    /** The whole walk, in order; each step is handed to {@code done} as it ends. */
    List<Step> all(Consumer<Step> done) throws IOException, InterruptedException {
        List<Step> steps = new ArrayList<>();
        for (Part part :
                List.<Part>of(
                        this::mesh, this::split, this::deny, this::slow, this::kill, this::renew)) {
            Step step = part.walk();
            steps.add(step);
            done.accept(step);
        }
        return steps;
    }

    private interface Part {
        Step walk() throws IOException, InterruptedException;
    }

    /** Everything is meshed: requests succeed and every server sees its caller's SPIFFE ID. */
    private Step mesh() throws IOException, InterruptedException {
        progress.accept("every call goes through two sidecars, with mTLS between them");
        Tally warmUp =
                scene.until("the shop answers", Duration.ofSeconds(60), t -> t.failures() == 0);
        Tally tally = scene.load().next(SAMPLE);
        SortedMap<String, String> expected = new TreeMap<>();
        expected.put("web", spiffe("load"));
        expected.put("catalog", spiffe("web"));
        expected.put("cart", spiffe("web"));
        long ledgerHandshakes = scene.inboundHandshakes("ledger");
        return new Step.Builder("mesh")
                .load("warmUp", warmUp)
                .load("load", tally)
                .figure("peerSeenByServer", tally.callers())
                .figure("ledgerMtlsHandshakes", ledgerHandshakes)
                .check(tally.failures() == 0, tally.failures() + " requests failed")
                .check(
                        tally.callers().equals(expected),
                        "a server saw another caller than " + expected)
                .check(ledgerHandshakes > 0, "no mTLS handshake reached the TCP service")
                .build();
    }

    private static String spiffe(String account) {
        return "spiffe://cluster.local/ns/" + Shop.NAMESPACE + "/sa/" + account;
    }

    /** A TrafficSplit of 90/10 holds, and moves to 0/100 by one edit. */
    private Step split() throws IOException, InterruptedException {
        progress.accept("split.yaml: 90 % to catalog-v1, 10 % to catalog-v2");
        Tally before = scene.load().next(SPLIT_SAMPLE);
        double share = before.version("v2") / (double) Math.max(1, before.requests());
        progress.accept("split.yaml: 0 % to catalog-v1, 100 % to catalog-v2");
        scene.folder().writeSplit(0, 100);
        Tally moving =
                scene.until(
                        "all requests reach catalog-v2",
                        Duration.ofSeconds(30),
                        t -> t.version("v1") == 0 && t.failures() == 0);
        Tally after = scene.load().next(SAMPLE);
        return new Step.Builder("split")
                .load("at90to10", before)
                .figure("v2ShareAt90to10", rounded(share))
                .load("whileShifting", moving)
                .load("at0to100", after)
                .figure("v1RequestsAt0to100", after.version("v1"))
                .check(share > 0.05 && share < 0.15, "v2 got a share of " + share + ", not 0.1")
                .check(after.version("v1") == 0, "v1 still gets requests")
                .check(
                        before.failures() + moving.failures() + after.failures() == 0,
                        "requests failed during the shift")
                .build();
    }

    /** Without its TrafficTarget the caller is denied with a reason, and let in again with it. */
    private Step deny() throws IOException, InterruptedException {
        progress.accept("policy/web-to-catalog.yaml removed: web may not call catalog any more");
        long countedBefore = scene.denied("catalog");
        scene.folder().removePolicy("web-to-catalog");
        Tally denying =
                scene.until(
                        "every call to catalog is denied",
                        Duration.ofSeconds(30),
                        t -> t.failures() == t.requests());
        Tally denied = scene.load().next(SAMPLE / 4);
        long counted = scene.denied("catalog") - countedBefore;
        progress.accept("policy/web-to-catalog.yaml is back");
        scene.folder().writePolicy("web-to-catalog");
        Tally healing =
                scene.until("web is let in again", Duration.ofSeconds(30), t -> t.failures() == 0);
        Tally after = scene.load().next(SAMPLE);
        String reason = denied.failures() == 0 ? "" : denied.failuresByReason().firstKey();
        return new Step.Builder("deny")
                .load("untilDenied", denying)
                .figure("deniedRequests", denied.failures())
                .figure("reason", reason)
                .figure("countedByTheServersSidecars", counted)
                .load("untilLetInAgain", healing)
                .load("afterwards", after)
                .check(denied.failures() == denied.requests(), "a request came through")
                .check(reason.startsWith("catalog 403"), "the denial was not a 403")
                .check(
                        reason.contains(spiffe("web")) && reason.contains("TrafficTarget"),
                        "the reason names neither caller nor policy")
                .check(counted >= denied.failures(), "the denials were not counted")
                .check(after.failures() == 0, "requests failed after the policy came back")
                .build();
    }

    /** The busiest instance becomes slow: its callers leave it, and few of theirs notice. */
    private Step slow() throws InterruptedException {
        List<Shop.Instance> carts = scene.shop().of("cart");
        double fair = 1.0 / carts.size();
        Tally before = scene.load().next(SAMPLE);
        String slowed =
                Collections.max(
                        carts.stream().map(Shop.Instance::pod).toList(),
                        Comparator.comparingDouble(before::cartShare));
        progress.accept(slowed + " answers " + SLOWNESS.toMillis() + " ms later from now on");
        scene.slow(slowed, SLOWNESS);
        Tally leaving = scene.load().next(SAMPLE / 4);
        Tally after = scene.load().next(SAMPLE);
        progress.accept(slowed + " answers as fast as the others again");
        scene.slow(slowed, Duration.ZERO);
        double share = after.cartShare(slowed);
        Step.Builder step =
                new Step.Builder("slow")
                        .load("before", before)
                        .load("theMomentAfter", leaving)
                        .load("whileSlow", after)
                        .figure("slowInstance", slowed)
                        .figure("fairShare", rounded(fair))
                        .figure("shareBefore", rounded(before.cartShare(slowed)))
                        .figure("shareWhileSlow", rounded(share))
                        .figure("peakEwma", scene.peakEwma())
                        .check(after.failures() == 0, after.failures() + " requests failed");
        // Without the module least-request leaves it too, but by less.
        return (scene.peakEwma()
                        ? step.check(share < fair / 2, slowed + " kept a share of " + share)
                        : step)
                .build();
    }

    private static double rounded(double share) {
        return Math.round(share * 1000) / 1000.0;
    }

    /** An instance dies without a word; after a moment nobody notices. */
    private Step kill() throws IOException, InterruptedException {
        progress.accept(KILLED + " and its sidecar are killed");
        scene.kill(KILLED);
        Tally moment =
                scene.until(
                        "no request fails",
                        Duration.ofSeconds(30),
                        t -> t.failures() == 0 && !t.byCart().containsKey(KILLED));
        Tally after = scene.load().next(SAMPLE);
        progress.accept(KILLED + " is started again");
        scene.revive(KILLED);
        Tally back =
                scene.until(
                        KILLED + " takes its share again",
                        Duration.ofSeconds(60),
                        t -> t.byCart().containsKey(KILLED));
        return new Step.Builder("kill")
                .load("theMomentAfter", moment)
                .load("afterwards", after)
                .load("untilItIsBack", back)
                .check(after.failures() == 0, after.failures() + " requests still failed")
                .build();
    }

    /** Every leaf certificate is replaced under load. */
    private Step renew() throws IOException, InterruptedException {
        progress.accept("every leaf certificate is renewed under load");
        SortedMap<String, String> before = scene.serials();
        scene.renew();
        SortedMap<String, String> after = scene.untilSerialsDifferFrom(before);
        Tally during = scene.load().next(SAMPLE);
        SortedSet<String> renewed = new TreeSet<>();
        after.forEach((pod, serial) -> {
            if (!serial.isEmpty() && !serial.equals(before.get(pod))) {
                renewed.add(pod);
            }
        });
        return new Step.Builder("renew")
                .load("load", during)
                .figure("renewed", renewed.size())
                .figure("serialsBefore", before)
                .figure("serialsAfter", after)
                .check(renewed.size() == before.size(), "renewed only " + renewed)
                .check(during.failures() == 0, during.failures() + " requests failed")
                .build();
    }
}
