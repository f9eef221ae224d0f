package io.peakmesh.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.kube.progress.ReplicaProgress.Entry;
import io.peakmesh.smi.status.Programmed;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MeshProgressTest {
    private static Programmed count(int proxies, int acked, String... refusals) {
        return new Programmed(proxies, acked, List.of(refusals));
    }

    @Test
    void proxiesAndRefusalsOfAllReplicasCount() {
        assertThat(
                        MeshProgress.sum(
                                count(2, 2),
                                4,
                                List.of(
                                        new Entry(4, count(3, 1, "shop/a: no")),
                                        new Entry(4, count(1, 1)))))
                .isEqualTo(count(6, 4, "shop/a: no"));
    }

    @Test
    void whatIsSaidOfAnotherGenerationDoesNotCountAsProgrammed() {
        assertThat(
                        MeshProgress.sum(
                                count(1, 1),
                                5,
                                List.of(new Entry(4, count(2, 1, "shop/a: was bad")))))
                .isEqualTo(count(3, 1));
    }

    @Test
    void atMostTenRefusalsAreToldAndEachOnce() {
        String[] ten =
                IntStream.range(0, 10).mapToObj(i -> "shop/p-" + i + ": no").toArray(String[]::new);
        assertThat(
                        MeshProgress.sum(
                                        count(2, 0, "shop/p-3: no", "shop/x: no"),
                                        1,
                                        List.of(new Entry(1, count(10, 0, ten))))
                                .refusals())
                .hasSize(10)
                .startsWith("shop/p-3: no", "shop/x: no", "shop/p-0: no")
                .doesNotHaveDuplicates();
    }
}
