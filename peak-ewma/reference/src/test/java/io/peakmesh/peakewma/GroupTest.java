package io.peakmesh.peakewma;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GroupTest {
    private static Group<FakeHost> group(List<Long> weights) {
        Endpoint endpoint = new Endpoint(PeakEwmaConfig.DEFAULT);
        List<FakeHost> hosts = new ArrayList<>();
        for (long weight : weights) {
            hosts.add(new FakeHost("h", endpoint, Place.DEFAULT.withWeight(weight)));
        }
        return new Group<>(hosts);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 8, 1_000, 1L << 32})
    void drawsTheOneInWhoseShareTheNumberFalls(long mostWeight) {
        Random chance = new Random(mostWeight);
        for (int round = 0; round < 300; round++) {
            List<Long> weights = new ArrayList<>();
            for (int index = chance.nextInt(40); index >= 0; index--) {
                weights.add(chance.nextLong(mostWeight) + 1);
            }
            Group<FakeHost> group = group(weights);
            for (long bits : List.of(0L, -1L, chance.nextLong(), chance.nextLong())) {
                assertThat(group.draw(() -> bits))
                        .as("%s of %s", Long.toHexString(bits), weights)
                        .isEqualTo(walk(weights, bits));
            }
        }
    }

    /** By the words of ALGORITHM.md, with whole numbers of any length. */
    private static int walk(List<Long> weights, long bits) {
        BigInteger sum = BigInteger.valueOf(weights.stream().mapToLong(Long::longValue).sum());
        long x = BigInteger.valueOf(bits >>> 32).multiply(sum).shiftRight(32).longValueExact();
        int index = 0;
        while (x >= weights.get(index)) {
            x -= weights.get(index);
            index++;
        }
        return index;
    }
}
