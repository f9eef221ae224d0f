package io.peakmesh.smi.index;

import static io.peakmesh.smi.index.World.map;
import static io.peakmesh.smi.index.World.port;
import static io.peakmesh.smi.index.World.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.model.Balancing;
import io.peakmesh.model.Balancing.HashOn;
import io.peakmesh.model.Balancing.Policy;
import io.peakmesh.smi.object.MeshObject.ServiceObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionAffinityTest {
    private static final String POLICY = "peakmesh.io/balancing";
    private static final String HASH_ON = "peakmesh.io/hash-on";

    private final World world = new World();

    private Balancing balancing(String affinity, String... annotations) {
        ServiceObject plain = service("cart", map(annotations), port("http", 80, ""));
        world.apply(
                new ServiceObject(
                        plain.meta(),
                        plain.type(),
                        plain.ports(),
                        plain.clusterIps(),
                        plain.selector(),
                        "",
                        false,
                        "",
                        affinity));
        return world.model("cart").balancing();
    }

    @Test
    void keepsACallerWithOneEndpointByItsAddress() {
        assertThat(balancing("ClientIP")).isEqualTo(Balancing.of(Policy.RING_HASH));
        assertThat(world.problems()).isEmpty();
        assertThat(balancing("None")).isEqualTo(Balancing.DEFAULT);
        assertThat(world.problems()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"random", "default", "peak-ewma"})
    void anAnnotationThatDoesNotHashWinsAndIsRemarkedOn(String policy) {
        assertThat(balancing("ClientIP", POLICY, policy).policy()).isNotEqualTo(Policy.RING_HASH);
        assertThat(world.problems())
                .containsExactly(
                        "WARNING Service shop/cart: spec.sessionAffinity: has no effect with"
                                + " balancing "
                                + policy
                                + ": remove one of the two");
    }

    @Test
    void anAnnotationThatHashesSaysHow() {
        assertThat(balancing("ClientIP", POLICY, "maglev").policy()).isEqualTo(Policy.MAGLEV);
        assertThat(balancing("ClientIP", HASH_ON, "cookie:user").hashOn())
                .contains(new HashOn.Cookie("user"));
        assertThat(world.problems()).isEmpty();
    }

    @Test
    void remarksOnAWordThatKubernetesDoesNotHave() {
        assertThat(balancing("Sticky")).isEqualTo(Balancing.DEFAULT);
        assertThat(world.problems())
                .singleElement()
                .asString()
                .contains("spec.sessionAffinity: must be ClientIP or None, is 'Sticky'");
    }
}
