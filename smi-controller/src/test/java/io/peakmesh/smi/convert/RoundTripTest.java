package io.peakmesh.smi.convert;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random objects of every version into every other and back. A failing case names its seed; {@code
 * -Dpeakmesh.seed=<seed>} runs that one alone.
 */
class RoundTripTest {
    private static final int SEEDS = 60;
    private static final int OBJECTS_EACH = 250;

    static LongStream seeds() {
        Long one = Long.getLong("peakmesh.seed");
        return one == null ? LongStream.range(1, SEEDS + 1) : LongStream.of(one);
    }

    static Map<String, Object> into(String version, Map<String, Object> object) {
        String wanted = RandomSmi.group(RandomSmi.kind(object)) + "/" + version;
        return switch (SmiConversion.convert(object, wanted)) {
            case SmiConversion.Converted.Done(Map<String, Object> done) -> done;
            case SmiConversion.Converted.Failed(String reason) -> throw new AssertionError(reason);
        };
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void everyObjectComesBackFromEveryVersionAsItWas(long seed) {
        Random random = new Random(seed);
        RandomSmi objects = new RandomSmi(random);
        for (int i = 0; i < OBJECTS_EACH; i++) {
            Map<String, Object> object = objects.next();
            if (random.nextBoolean()) {
                object.put("status", objects.status());
            }
            Map<String, Object> before = new LinkedHashMap<>(object);
            List<String> versions = RandomSmi.versions(RandomSmi.kind(object));
            for (String other : versions) {
                Map<String, Object> there = into(other, object);
                assertThat(there.get("apiVersion")).asString().endsWith("/" + other);
                assertThat(into(RandomSmi.version(object), there))
                        .as("seed %s object %s by %s: %s", seed, i, other, there)
                        .isEqualTo(before);
            }
            Map<String, Object> wanderer = object;
            for (int step = 0; step < 6; step++) {
                wanderer = into(versions.get(random.nextInt(versions.size())), wanderer);
            }
            assertThat(into(RandomSmi.version(object), wanderer))
                    .as("seed %s object %s by a long way", seed, i)
                    .isEqualTo(before);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void neitherNameNorLabelsNorAnnotationsOfOthersChange(long seed) {
        RandomSmi objects = new RandomSmi(new Random(seed));
        for (int i = 0; i < OBJECTS_EACH; i++) {
            Map<String, Object> object = objects.next();
            for (String other : RandomSmi.versions(RandomSmi.kind(object))) {
                assertThat(foreign(into(other, object)))
                        .as("seed %s object %s", seed, i)
                        .isEqualTo(foreign(object));
            }
        }
    }

    private static Map<String, Object> foreign(Map<String, Object> object) {
        Map<String, Object> metadata = metadata(object);
        Map<String, Object> annotations =
                Trees.object(metadata.getOrDefault("annotations", Map.of()));
        Map<String, Object> others =
                new LinkedHashMap<>(annotations == null ? Map.of() : annotations);
        others.keySet()
                .removeAll(
                        List.of(
                                Kept.DESTINATION_PORT,
                                Kept.MATCHES,
                                Kept.WEIGHTS,
                                Kept.WRITTEN_AS));
        return Trees.with(metadata, "annotations", others);
    }

    static Map<String, Object> metadata(Map<String, Object> object) {
        Map<String, Object> metadata = Trees.object(object.get("metadata"));
        return metadata == null ? Map.of() : metadata;
    }

    /** The samples above must not pass because everything is handed on as it stands. */
    @Test
    void mostObjectsAreWrittenInTheWordsOfTheVersionTheyAreWantedIn() {
        RandomSmi objects = new RandomSmi(new Random(1));
        int marked = 0;
        int all = 4_000;
        for (int i = 0; i < all; i++) {
            Map<String, Object> there = into("v1alpha4", objects.next());
            marked += String.valueOf(metadata(there)).contains(Kept.WRITTEN_AS) ? 1 : 0;
        }
        assertThat(marked).isBetween(all / 50, all / 3);
    }
}
