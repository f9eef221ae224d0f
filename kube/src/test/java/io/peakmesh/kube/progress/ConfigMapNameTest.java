package io.peakmesh.kube.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ConfigMapNameTest {
    @Test
    void aPodsNameStaysAsItIs() {
        assertThat(ConfigMapName.of("p-", "peakmesh-7d9f-x2x")).isEqualTo("p-peakmesh-7d9f-x2x");
    }

    @Test
    void anyOtherBecomesAGoodNameOfItsOwn() {
        List<String> names =
                List.of("", "a.b", "a_b", "A-b", "a-", "-a", "../x", "\u00fc", "x".repeat(999));
        List<String> made = names.stream().map(name -> ConfigMapName.of("p-", name)).toList();

        assertThat(made).doesNotHaveDuplicates();
        assertThat(made)
                .allSatisfy(name ->
                        assertThat(name)
                                .matches("[a-z0-9]([a-z0-9-]*[a-z0-9])?")
                                .hasSizeLessThanOrEqualTo(253));
    }
}
