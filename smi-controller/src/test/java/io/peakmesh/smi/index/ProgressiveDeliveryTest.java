package io.peakmesh.smi.index;

import static io.peakmesh.smi.index.World.backend;
import static io.peakmesh.smi.index.World.inGeneration;
import static io.peakmesh.smi.index.World.name;
import static io.peakmesh.smi.index.World.podOf;
import static io.peakmesh.smi.index.World.service;
import static io.peakmesh.smi.index.World.split;
import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.model.Mesh;
import io.peakmesh.smi.object.MeshObject.PodObject;
import io.peakmesh.smi.object.MeshObject.ServiceObject;
import io.peakmesh.smi.object.Meta;
import io.peakmesh.smi.status.Judgement;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The way of rollout controllers: a root, a stable and a canary service, and many patches. */
class ProgressiveDeliveryTest {
    private final World world = new World();

    private void rollout(int stable, int canary) {
        world.apply(split("cart", "cart", backend("stable", stable), backend("canary", canary)));
    }

    @Test
    void aPatchOfWeightsChangesThatSplitAloneHoweverManyThereAre() {
        world.apply(service("stable", 80), service("canary", 80), service("cart", 80));
        for (int i = 0; i < 50; i++) {
            world.apply(service("root-" + i, 80));
            world.apply(split("other-" + i, "root-" + i, backend("stable", 1)));
        }
        rollout(100, 0);
        world.takeJudgements();
        for (int canary = 1; canary <= 100; canary++) {
            Mesh before = world.mesh();
            world.apply(
                    inGeneration(
                            split(
                                    "cart",
                                    "cart",
                                    backend("stable", 100 - canary),
                                    backend("canary", canary)),
                            "uid-1",
                            canary));
            Mesh after = world.mesh();
            assertThat(after.generation()).isEqualTo(before.generation() + 1);
            before.splits()
                    .forEach((root, splits) -> {
                        if (root.equals(name("cart"))) {
                            assertThat(after.splits().get(root)).isNotEqualTo(splits);
                        } else {
                            assertThat(after.splits().get(root)).isSameAs(splits);
                        }
                    });
            assertThat(after.services()).isEqualTo(before.services());
            assertThat(after.problems()).isEqualTo(before.problems());
            assertThat(world.judged()).containsOnlyKeys("TrafficSplit cart");
        }
    }

    @Test
    void goesAllTheWayAndBack() {
        world.apply(service("cart", 80), service("stable", 80), service("canary", 80));
        rollout(100, 0);
        assertThat(world.splitOf("cart")).containsExactly("cart stable=100 canary=0");
        rollout(0, 100);
        assertThat(world.splitOf("cart")).containsExactly("cart stable=0 canary=100");
        rollout(100, 0);
        assertThat(world.splitOf("cart")).containsExactly("cart stable=100 canary=0");
        assertThat(world.problems()).isEmpty();
    }

    @Test
    void takesARootThatSelectsThePodsOfItsLeavesToo() {
        world.apply(selecting("cart", "app", "cart"));
        world.apply(selecting("stable", "app", "cart", "track", "stable"));
        world.apply(selecting("canary", "app", "cart", "track", "canary"));
        world.apply(tracked(1, "10.0.0.1", "stable"), tracked(2, "10.0.0.2", "canary"));
        rollout(90, 10);
        assertThat(world.spots("cart", 80)).hasSize(2);
        assertThat(world.spots("stable", 80)).containsExactly("10.0.0.1:80 READY");
        assertThat(world.spots("canary", 80)).containsExactly("10.0.0.2:80 READY");
        assertThat(world.splitOf("cart")).containsExactly("cart stable=90 canary=10");
        assertThat(world.problems()).isEmpty();
    }

    @Test
    void takesTheRootAsALeafAndAServiceThatIsMadeAfterTheSplit() {
        world.apply(service("cart", 80));
        world.apply(split("cart", "cart", backend("cart", 90), backend("canary", 10)));
        assertThat(world.splitOf("cart")).containsExactly("cart cart=90");
        assertThat(judgement().problems()).hasSize(2);
        world.apply(service("canary", 80));
        assertThat(world.splitOf("cart")).containsExactly("cart cart=90 canary=10");
        Judgement now = judgement();
        assertThat(now.accepted()).isTrue();
        assertThat(now.problems()).hasSize(1);
    }

    private Judgement judgement() {
        return world.judged().values().iterator().next();
    }

    private static ServiceObject selecting(String name, String... selector) {
        ServiceObject plain = service(name, 80);
        return new ServiceObject(
                plain.meta(),
                plain.type(),
                plain.ports(),
                List.of(),
                new TreeMap<>(World.map(selector)),
                "",
                false,
                "");
    }

    private static PodObject tracked(int n, String ip, String track) {
        PodObject plain = podOf("cart", n, ip);
        Meta meta =
                World.meta("Pod", "cart-" + n, World.map("app", "cart", "track", track), Map.of());
        return new PodObject(
                meta, "cart", plain.node(), plain.ips(), false, true, false, false, List.of());
    }
}
