package io.peakmesh.smi.convert;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whatever stands in an object: conversion answers, and what it converts comes back. In the
 * ordinary build the seeds in {@code ConversionFuzzTestInputs} are replayed; with the environment
 * variable {@code JAZZER_FUZZ=1} new inputs are looked for with coverage guidance.
 */
class ConversionFuzzTest {
    @FuzzTest(maxDuration = "2m")
    void convertsAnyObjectThereAndBack(FuzzedDataProvider data) {
        String wanted = data.pickValue(List.of("v1alpha1", "v1alpha2", "v1alpha3", "v1alpha4"));
        String json = new String(data.consumeRemainingAsBytes(), StandardCharsets.UTF_8);
        Optional<Map<String, Object>> object =
                Json.read(json).flatMap(value -> Optional.ofNullable(Trees.object(value)));
        if (object.isEmpty()) {
            return;
        }
        String group = RandomSmi.group(String.valueOf(object.get().get("kind")));
        if (SmiConversion.convert(object.get(), group + "/" + wanted)
                        instanceof SmiConversion.Converted.Done(Map<String, Object> there)
                && comesBack(object.get())) {
            String back = (String) object.get().get("apiVersion");
            SmiConversion.Converted again = SmiConversion.convert(there, String.valueOf(back));
            if (!again.equals(new SmiConversion.Converted.Done(object.get()))) {
                throw new AssertionError(there + " came back as " + again);
            }
        }
    }

    /** Empty annotations are none, and void weights may be dropped. */
    private static boolean comesBack(Map<String, Object> object) {
        Map<String, Object> metadata = RoundTripTest.metadata(object);
        return !metadata.containsKey("annotations")
                || (metadata.get("annotations") instanceof Map<?, ?> map
                        && !map.isEmpty()
                        && !map.containsKey(Kept.WEIGHTS));
    }
}
