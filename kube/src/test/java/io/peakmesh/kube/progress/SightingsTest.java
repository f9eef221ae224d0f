package io.peakmesh.kube.progress;

import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.kube.progress.ReplicaProgress.Entry;
import io.peakmesh.kube.progress.Sightings.Shared;
import io.peakmesh.smi.object.ObjectKey;
import io.peakmesh.smi.status.Programmed;
import java.util.List;
import org.junit.jupiter.api.Test;

class SightingsTest {
    private static final ObjectKey SPLIT = new ObjectKey("TrafficSplit", "shop", "web");

    /** A monotonic clock may begin anywhere and pass over its end. */
    private static final long BEGIN = Long.MAX_VALUE - 20_000_000_000L;

    private final Sightings sightings = new Sightings();

    private static long at(int second) {
        return BEGIN + second * 1_000_000_000L;
    }

    private static Shared shared(String name, int beat, int proxies) {
        String json = "{\"TrafficSplit/shop/web\":[1," + proxies + ",0]}";
        return new Shared(name, "uid-" + name, Integer.toString(beat), json);
    }

    private List<Integer> proxies(int second) {
        return sightings.fresh(at(second)).getOrDefault(SPLIT, List.of()).stream()
                .map(Entry::programmed)
                .map(Programmed::proxies)
                .toList();
    }

    @Test
    void allReplicasCount() {
        sightings.saw(List.of(shared("a", 1, 2), shared("b", 1, 3)), at(0));
        assertThat(proxies(0)).containsExactly(2, 3);

        sightings.saw(List.of(shared("a", 2, 5), shared("b", 1, 3)), at(3));
        assertThat(proxies(3)).containsExactly(5, 3);
    }

    @Test
    void oneWhoseBeatStandsStillCountsNoMoreUntilItMovesAgain() {
        sightings.saw(List.of(shared("a", 1, 2), shared("b", 1, 3)), at(0));
        for (int second = 3; second <= 60; second += 3) {
            sightings.saw(List.of(shared("a", 1, 2), shared("b", second, 3)), at(second));
            assertThat(proxies(second)).hasSize(second < 45 ? 2 : 1).contains(3);
        }
        sightings.saw(List.of(shared("a", 2, 2), shared("b", 60, 3)), at(63));
        assertThat(proxies(63)).containsExactly(2, 3);
    }

    @Test
    void aBeatThatGoesBackMovesTooForAReplicaThatWasStartedAgain() {
        sightings.saw(List.of(shared("a", 90, 2)), at(0));
        sightings.saw(List.of(shared("a", 1, 2)), at(40));
        assertThat(proxies(80)).containsExactly(2);
        sightings.saw(List.of(new Shared("a", "another", "1", "{}")), at(84));
        sightings.saw(List.of(new Shared("a", "another", "1", shared("a", 1, 4).json())), at(87));
        assertThat(proxies(120)).containsExactly(4);
    }

    @Test
    void whatIsNotThereAnyMoreCountsAtOnceNoMore() {
        sightings.saw(List.of(shared("a", 1, 2)), at(0));
        sightings.saw(List.of(), at(1));
        assertThat(proxies(1)).isEmpty();
    }

    @Test
    void withoutAnAnswerTheLastOneStandsForAWhile() {
        sightings.saw(List.of(shared("a", 1, 2)), at(0));
        long before = sightings.changes(at(0));
        assertThat(sightings.changes(at(44))).isEqualTo(before);
        assertThat(proxies(44)).containsExactly(2);
        assertThat(sightings.changes(at(45))).isNotEqualTo(before);
        assertThat(proxies(45)).isEmpty();
    }

    @Test
    void aBeatAloneIsNoChangeButWhatItSaysIs() {
        sightings.saw(List.of(shared("a", 1, 2)), at(0));
        long before = sightings.changes(at(0));
        sightings.saw(List.of(shared("a", 2, 2)), at(15));
        assertThat(sightings.changes(at(15))).isEqualTo(before);
        sightings.saw(List.of(shared("a", 3, 1)), at(18));
        assertThat(sightings.changes(at(18))).isNotEqualTo(before);
    }

    @Test
    void onlyWhatWasSilentForMinutesIsLitter() {
        sightings.saw(List.of(shared("a", 1, 2), shared("b", 1, 2)), at(0));
        sightings.saw(List.of(shared("a", 1, 2), shared("b", 2, 2)), at(200));
        assertThat(sightings.silent(at(299))).isEmpty();
        assertThat(sightings.silent(at(300))).containsExactly(shared("a", 1, 2));
    }
}
