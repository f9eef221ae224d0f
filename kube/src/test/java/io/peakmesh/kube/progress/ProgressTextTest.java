package io.peakmesh.kube.progress;

import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.kube.progress.ReplicaProgress.Entry;
import io.peakmesh.smi.object.ObjectKey;
import io.peakmesh.smi.status.Programmed;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProgressTextTest {
    private static final ObjectKey SPLIT = new ObjectKey("TrafficSplit", "shop", "web");

    private static Entry entry(int proxies, int acked, String... refusals) {
        return new Entry(7, new Programmed(proxies, acked, List.of(refusals)));
    }

    @Test
    void whatIsWrittenIsRead() {
        Map<ObjectKey, Entry> progress =
                Map.of(
                        SPLIT,
                        entry(3, 2, "shop/web-1: \"no\" such \n filter \u00fc"),
                        new ObjectKey("TrafficTarget", "a", "b.c"),
                        entry(1, 1));
        String json = ProgressText.of(progress).json();

        assertThat(json).startsWith("{\"TrafficSplit/shop/web\":[7,3,2,\"shop/web-1");
        assertThat(ProgressText.read(json)).isEqualTo(progress);
        assertThat(ProgressText.read(ProgressText.of(Map.of()).json())).isEmpty();
    }

    @Test
    void longRefusalsAreCutBetweenCharactersAndNoMoreThanTenAreTold() {
        String line = "x".repeat(ProgressText.MAX_LINE - 1) + "\ud83d\ude00".repeat(50);
        List<String> twenty = Collections.nCopies(20, line);
        String json =
                ProgressText.of(Map.of(SPLIT, new Entry(1, new Programmed(20, 0, twenty)))).json();

        assertThat(ProgressText.read(json).values())
                .flatMap(entry -> entry.programmed().refusals())
                .hasSize(10)
                .containsOnly("x".repeat(ProgressText.MAX_LINE - 1));
    }

    @Test
    void whatFindsNoPlaceIsLeftOutAndCounted() {
        Map<ObjectKey, Entry> many = new HashMap<>();
        for (int i = 0; i < 20_000; i++) {
            many.put(new ObjectKey("TrafficSplit", "shop", "split-\u00fc-" + i), entry(20_000, i));
        }
        ProgressText text = ProgressText.of(many);

        assertThat(text.json().getBytes(StandardCharsets.UTF_8).length)
                .isBetween(ProgressText.MAX_BYTES - 200, ProgressText.MAX_BYTES);
        assertThat(text.leftOut()).isPositive();
        assertThat(ProgressText.read(text.json())).hasSize(20_000 - text.leftOut());
    }

    @Test
    void hostileTextIsReadAsNothing() {
        for (String hostile :
                List.of(
                        "",
                        " ",
                        "null",
                        "7",
                        "\"text\"",
                        "[[1,1,1]]",
                        "{",
                        "{\"TrafficSplit/shop/web\":[1,1,1]",
                        "[".repeat(100_000),
                        "{\"a\":".repeat(100_000),
                        "{\"a/b/c\":[1,1,1]}" + " ".repeat(ProgressText.MAX_BYTES))) {
            assertThat(ProgressText.read(hostile)).isEmpty();
        }
    }

    @Test
    void oneBadObjectDoesNotTakeTheOthersWithIt() {
        String json =
                """
                {"TrafficSplit/shop/web":[7,3,2,"told",5,null,{"a":1}],
                 "no-key":[1,1,1], "a/b/c/d":[1,1,1],
                 "k/n/null":null, "k/n/object":{}, "k/n/short":[1,1], "k/n/text":["1","1","1"],
                 "k/n/negative":[1,-1,-1], "k/n/more-than-all":[1,1,2], "k/n/float":[1,1.5,1],
                 "k/n/huge":[1,2000000000,1], "k/n/overflow":[1,99999999999,1],
                 "k/n/generation":[99999999999999999999999,1,1]}
                """;
        assertThat(ProgressText.read(json)).isEqualTo(Map.of(SPLIT, entry(3, 2, "told")));
    }
}
