package io.peakmesh.kube.crd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TreesTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{a: 1, b: {c: x}}     | {b: {c: x}}      | true",
                "{a: 1}                | {a: 1.0}         | true",
                "{a: 1}                | {a: 2}           | false",
                "{a: 1}                | {b: 1}           | false",
                "{a: [{x: 1, y: 2}]}   | {a: [{x: 1}]}    | true",
                "{a: [1, 2]}           | {a: [1]}         | false",
                "{a: [2, 1]}           | {a: [1, 2]}      | false",
                "{}                    | {a: []}          | true",
                "{}                    | {a: [1]}         | false",
                "{}                    | {a: false}       | true",
                "{}                    | {a: true}        | false",
                "{a: true}             | {a: false}       | false",
                "{}                    | {a: ''}          | true",
                "{}                    | {status: {}}     | false",
                "{status: {}}          | {status: {}}     | true",
                "{a: '1'}              | {a: 1}           | false",
            })
    void tellsWhetherWhatIsWantedIsThere(String live, String wanted, boolean there) {
        assertThat(Trees.contains(Trees.yaml(live), Trees.yaml(wanted))).isEqualTo(there);
    }

    @Test
    void twoTextsOfOneTreeHaveOneHash() {
        assertThat(Trees.hash(Trees.yaml("{a: 1}"))).isEqualTo(Trees.hash(Trees.yaml("a:  1")));
        assertThat(Trees.hash(Trees.yaml("{a: 1}"))).isNotEqualTo(Trees.hash(Trees.yaml("a: 2")));
    }

    @Test
    void refusesWhatIsNoMapping() {
        for (String bad : new String[] {"", "[1]", "a: [", "a: 1\n---\nb: 2"}) {
            assertThatThrownBy(() -> Trees.yaml(bad)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
