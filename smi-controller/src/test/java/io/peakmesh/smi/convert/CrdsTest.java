package io.peakmesh.smi.convert;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class CrdsTest {
    private static final Pattern VERSION =
            Pattern.compile("- name: (v1alpha[0-9])\n +served: true\n +storage: (true|false)");

    @Test
    void everyKindIsServedInEveryVersionThatConversionKnowsAndStoredAsTheNewest() {
        assertThat(Crds.yaml()).hasSize(RandomSmi.KINDS.size());
        for (int i = 0; i < RandomSmi.KINDS.size(); i++) {
            String kind = RandomSmi.KINDS.get(i);
            String crd = Crds.yaml().get(i);
            assertThat(crd)
                    .contains("    kind: " + kind + "\n")
                    .contains("  group: " + RandomSmi.group(kind) + "\n");
            List<MatchResult> versions = VERSION.matcher(crd).results().toList();
            assertThat(versions)
                    .as(kind)
                    .extracting(found -> found.group(1))
                    .isEqualTo(RandomSmi.versions(kind));
            assertThat(versions)
                    .as(kind)
                    .filteredOn(found -> found.group(2).equals("true"))
                    .extracting(found -> found.group(1))
                    .containsExactly("v1alpha4");
        }
    }
}
