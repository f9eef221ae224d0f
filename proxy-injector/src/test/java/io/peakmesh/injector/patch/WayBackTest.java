package io.peakmesh.injector.patch;

import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.injector.patch.Injection.Injected;
import io.peakmesh.injector.patch.Injection.LeftAlone;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** For any pod: the way back is exact, and the way there is gone once. */
final class WayBackTest {
    private static final int PODS = 5_000;

    @Test
    void givesBackWhatItGotAndChangesNothingTheSecondTime() {
        Set<String> seen = new HashSet<>();
        for (long seed = Long.getLong("seed", 0), end = seed + PODS; seed < end; seed++) {
            RandomPods pods = new RandomPods(new Random(seed));
            Map<String, Object> pod = pods.pod();
            Map<String, Object> untouched = Tree.copy(pod);
            NamespaceFacts namespace = pods.namespace();
            InjectionSettings mesh = pods.mesh();
            if (Injector.of(pod, namespace, mesh) instanceof Injected injected) {
                Map<String, Object> out = JsonPatch.apply(injected.patch(), pod);
                String which = "-Dseed=" + seed;
                assertThat(pod).as(which).isEqualTo(untouched);
                assertThat(Uninjector.of(out)).as(which).isEqualTo(pod);
                assertThat(Injector.of(out, namespace, mesh))
                        .as(which)
                        .isInstanceOf(LeftAlone.class);
                assertThat(Injector.of(pod, namespace, mesh)).as(which).isEqualTo(injected);
                seen.add(injected.mode() + mesh.nativeSidecars());
            }
        }
        assertThat(seen).hasSize(4);
    }

    @Test
    void leavesAPodWithoutSidecarAsItIs() {
        for (long seed = 0; seed < 200; seed++) {
            Map<String, Object> pod = new RandomPods(new Random(seed)).pod();
            assertThat(Uninjector.of(pod)).isEqualTo(pod);
        }
    }

    @Test
    void keepsWhatWasEditedAfterTheInjection() {
        Map<String, Object> pod =
                Cases.yaml(
                        """
                        spec:
                          containers:
                          - {name: web, image: a, livenessProbe: {tcpSocket: {port: 80}}}
                        """);
        NamespaceFacts denying =
                Cases.namespace(Map.of(), Map.of("peakmesh.io/unmeshed-callers", "deny"));
        Map<String, Object> out = Cases.injected(pod, denying, Cases.MESH);
        Map<String, Object> web = Cases.container(out, "web");
        web.put("image", "b");
        web.put("livenessProbe", Tree.of("exec", Tree.of("command", java.util.List.of("x"))));
        assertThat(Uninjector.of(out))
                .isEqualTo(
                        Cases.yaml(
                                """
                                spec:
                                  containers:
                                  - {name: web, image: b, livenessProbe: {exec: {command: [x]}}}
                                """));
    }
}
