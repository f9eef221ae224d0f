package io.peakmesh.peakewma;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Chooses where a request goes, by "How one is chosen" of {@code ALGORITHM.md}. It is made anew
 * when the endpoints change; what is known of them lives in {@link Endpoint}. Any thread may
 * choose; choosing changes nothing, waits for nobody and allocates nothing.
 *
 * @param <C> what is chosen
 */
public final class Balancer<C extends Candidate> {
    /** How far a better one is looked for, so that a pick has a bound whatever the mesh's size. */
    private static final int FARTHEST = 1_024;

    private final boolean localityWeighted;
    private final List<Tier<C>> tiers;
    private final int healths;

    /**
     * Arranges the candidates; their order is the order in which they are looked through.
     *
     * @param config only {@code localityWeighted} matters here
     */
    public Balancer(PeakEwmaConfig config, List<? extends C> candidates) {
        this.localityWeighted = config.localityWeighted();
        List<List<C>> byPriority = new ArrayList<>();
        for (C candidate : candidates) {
            while (byPriority.size() <= candidate.place().priority()) {
                byPriority.add(new ArrayList<>());
            }
            byPriority.get(candidate.place().priority()).add(candidate);
        }
        this.tiers = byPriority.stream().map(all -> Tier.of(all)).toList();
        this.healths = tiers.stream().mapToInt(Tier::health).sum();
    }

    /**
     * Chooses one; the caller then tells {@link Endpoint#picked} to it.
     *
     * @param nowNanos time of the endpoints' clock
     * @param random gives at most 2 numbers plus 2 a priority
     * @param tried whether this very request was at a candidate before
     * @return null if no priority has a usable endpoint
     */
    public @Nullable C choose(long nowNanos, RandomGenerator random, Predicate<? super C> tried) {
        if (healths == 0) {
            return null;
        }
        int priority = priority(random);
        Tier<C> tier = tiers.get(priority);
        if (localityWeighted && tier.localityWeights() > 0) {
            return among(locality(tier, random), nowNanos, random, tried);
        }
        C found = among(tier.usable(), nowNanos, random, tried);
        return clean(found, nowNanos, tried)
                ? found
                : beyond(priority, found, nowNanos, random, tried);
    }

    private int priority(RandomGenerator random) {
        if (tiers.getFirst().health() == 100) {
            return 0;
        }
        long x = Group.draw(Math.min(100, healths), random);
        int priority = 0;
        while (x >= tiers.get(priority).health()) {
            x -= tiers.get(priority).health();
            priority++;
        }
        return priority;
    }

    private Group<C> locality(Tier<C> tier, RandomGenerator random) {
        List<Tier.Locality<C>> localities = tier.localities();
        if (localities.size() == 1) {
            return localities.getFirst().usable();
        }
        long x = Group.draw(tier.localityWeights(), random);
        int index = 0;
        while (x >= localities.get(index).weight()) {
            x -= localities.get(index).weight();
            index++;
        }
        return localities.get(index).usable();
    }

    private C among(
            Group<C> list, long nowNanos, RandomGenerator random, Predicate<? super C> tried) {
        int size = list.size();
        int index = 0;
        C winner = list.get(0);
        if (size > 1) {
            index = list.draw(random);
            int other = (int) Group.draw(size - 1, random);
            winner =
                    better(
                            list.get(index),
                            list.get(other >= index ? other + 1 : other),
                            nowNanos,
                            tried);
        }
        return clean(winner, nowNanos, tried)
                ? winner
                : further(list, index, winner, nowNanos, tried);
    }

    private C better(C one, C other, long nowNanos, Predicate<? super C> tried) {
        boolean oneTried = tried.test(one);
        if (oneTried != tried.test(other)) {
            return oneTried ? other : one;
        }
        return load(other, nowNanos) < load(one, nowNanos) ? other : one;
    }

    /** The first clean one after {@code index}, where it is better than the winner of two. */
    private C further(
            Group<C> list, int index, C winner, long nowNanos, Predicate<? super C> tried) {
        int size = list.size();
        int end = Math.min(FARTHEST, size - 1);
        int at = index;
        for (int step = 0; step < end; step++) {
            at = at + 1 == size ? 0 : at + 1;
            C next = list.get(at);
            if (clean(next, nowNanos, tried)) {
                return tried.test(winner) || load(next, nowNanos) < load(winner, nowNanos)
                        ? next
                        : winner;
            }
        }
        return winner;
    }

    /** A clean one of the other priorities, else the first found that was not tried. */
    private C beyond(
            int priority,
            C found,
            long nowNanos,
            RandomGenerator random,
            Predicate<? super C> tried) {
        C fallback = found;
        for (int other = 0; other < tiers.size(); other++) {
            Group<C> usable = tiers.get(other).usable();
            if (other == priority || usable.size() == 0) {
                continue;
            }
            C next = among(usable, nowNanos, random, tried);
            if (clean(next, nowNanos, tried)) {
                return next;
            }
            if (tried.test(fallback) && !tried.test(next)) {
                fallback = next;
            }
        }
        return fallback;
    }

    private boolean clean(C candidate, long nowNanos, Predicate<? super C> tried) {
        return candidate.endpoint().penalty(nowNanos, candidate.outstanding()) == 0
                && !tried.test(candidate);
    }

    private double load(C candidate, long nowNanos) {
        return candidate
                .endpoint()
                .load(nowNanos, candidate.outstanding(), candidate.place().weight());
    }
}
