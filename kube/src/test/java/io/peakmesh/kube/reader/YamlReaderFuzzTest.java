package io.peakmesh.kube.reader;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.peakmesh.model.Invalid;

/**
 * Whatever the bytes are: no exception, one line a problem, and nothing beyond the limits. In the
 * ordinary build the seeds in {@code YamlReaderFuzzTestInputs} are replayed; with the environment
 * variable {@code JAZZER_FUZZ=1} new inputs are looked for with coverage guidance.
 */
class YamlReaderFuzzTest {
    @FuzzTest(maxDuration = "3m")
    void readsAnyYamlWithoutThrowing(byte[] bytes) {
        check(YamlReader.read("f.yaml", bytes));
    }

    @FuzzTest(maxDuration = "1m")
    void readsAnyJsonWithoutThrowing(byte[] bytes) {
        check(YamlReader.read("f.json", bytes));
    }

    private static void check(ReadResult result) {
        if (result.problems().size() > YamlReader.MAX_PROBLEMS
                || result.objects().size() > YamlReader.MAX_OBJECTS) {
            throw new AssertionError("limits broken: " + result.problems().size());
        }
        for (Invalid problem : result.problems()) {
            String line = problem.toString();
            if (line.length() > 1_000 || line.chars().anyMatch(Character::isISOControl)) {
                throw new AssertionError("not one line: " + line);
            }
        }
        assertThat(result.objects()).allSatisfy(object -> assertThat(object.key()).isNotNull());
    }
}
