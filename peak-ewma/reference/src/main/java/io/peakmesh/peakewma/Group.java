package io.peakmesh.peakewma;

import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Usable endpoints that a choice is made among, in their order. */
final class Group<C extends Candidate> {
    private final List<C> members;

    /** Sum of the weights up to each; null if all are equal and there is nothing to draw by. */
    private final long @Nullable [] sums;

    Group(List<C> members) {
        this.members = List.copyOf(members);
        this.sums = sums(this.members);
    }

    private static <C extends Candidate> long @Nullable [] sums(List<C> members) {
        long[] sums = new long[members.size()];
        long sum = 0;
        boolean equal = true;
        for (int index = 0; index < sums.length; index++) {
            long weight = members.get(index).place().weight();
            sum += weight;
            sums[index] = sum;
            equal = equal && weight == sums[0];
        }
        return equal ? null : sums;
    }

    int size() {
        return members.size();
    }

    C get(int index) {
        return members.get(index);
    }

    /** Index of one, drawn by weight: the first whose sum is above what was drawn. */
    int draw(RandomGenerator random) {
        long[] sums = this.sums;
        if (sums == null) {
            return (int) draw(members.size(), random);
        }
        long x = draw(sums[sums.length - 1], random);
        int first = 0;
        int left = sums.length;
        while (left > 1) {
            int half = left / 2;
            first += sums[first + half - 1] <= x ? half : 0;
            left -= half;
        }
        return first;
    }

    /**
     * From 0 to below {@code bound}: the upper half of one number, scaled. The product of both can
     * be longer than 64 bits, so the bound goes in two halves.
     */
    static long draw(long bound, RandomGenerator random) {
        long r = random.nextLong() >>> 32;
        return r * (bound >>> 32) + ((r * (bound & 0xffff_ffffL)) >>> 32);
    }
}
