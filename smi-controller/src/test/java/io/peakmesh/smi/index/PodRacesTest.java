package io.peakmesh.smi.index;

import static io.peakmesh.smi.index.World.NS;
import static io.peakmesh.smi.index.World.account;
import static io.peakmesh.smi.index.World.meta;
import static io.peakmesh.smi.index.World.pod;
import static io.peakmesh.smi.index.World.podOf;
import static io.peakmesh.smi.index.World.ready;
import static io.peakmesh.smi.index.World.service;
import static io.peakmesh.smi.index.World.slice;
import static io.peakmesh.smi.index.World.slicePort;
import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.model.Endpoint;
import io.peakmesh.model.Invalid;
import io.peakmesh.model.Invalid.Cause;
import io.peakmesh.smi.object.MeshObject.EndpointSet;
import io.peakmesh.smi.object.MeshObject.EndpointSliceObject;
import io.peakmesh.smi.object.MeshObject.EndpointsObject;
import io.peakmesh.smi.object.MeshObject.PodObject;
import io.peakmesh.smi.object.Meta;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Pods, slices and services come from watches that run apart, in any order. */
class PodRacesTest {
    private static final String PLAINTEXT_NEVER = "so the endpoint that names it gets no traffic";

    private final World world = new World();

    private static PodObject meshed(String uid, String ip) {
        return state(podOf("cart", 1, ip, "peakmesh.io/proxy", "redirect"), uid, false);
    }

    private static PodObject state(PodObject pod, String uid, boolean finished) {
        Meta meta = pod.meta();
        return new PodObject(
                new Meta(meta.ref(), uid, meta.created(), meta.labels(), meta.annotations()),
                pod.serviceAccount(),
                pod.node(),
                pod.ips(),
                false,
                true,
                false,
                finished,
                List.of());
    }

    private static EndpointSet.Address of(String ip, String pod, String uid) {
        return new EndpointSet.Address(
                List.of(ip), true, true, false, Optional.of(pod), uid, "", "", List.of());
    }

    private static EndpointSliceObject naming(EndpointSet.Address... addresses) {
        return slice("s", "cart", slicePort("", 80), addresses);
    }

    @Test
    void holdsBackAnEndpointUntilItsPodIsKnown() {
        world.apply(service("cart", 80));
        world.apply(naming(ready("10.0.0.1", "cart-1"), ready("10.0.0.9", "")));
        assertThat(world.spots("cart", 80)).containsExactly("10.0.0.9:80 READY");
        assertThat(world.problems())
                .containsExactly(
                        "WARNING Service shop/cart: Pod 'cart-1' is not known, "
                                + PLAINTEXT_NEVER
                                + ": create it, or remove the endpoint");
        assertThat(world.mesh().problems())
                .extracting(Invalid::cause)
                .containsExactly(Cause.DANGLING_REFERENCE);

        world.apply(meshed("uid-1", "10.0.0.1"));
        assertThat(world.endpoints("cart", 80).getFirst().serviceAccount())
                .contains(account("cart"));
        assertThat(world.spots("cart", 80)).hasSize(2);
        assertThat(world.problems()).isEmpty();

        world.delete(meshed("uid-1", ""));
        assertThat(world.spots("cart", 80)).containsExactly("10.0.0.9:80 READY");
    }

    @Test
    void holdsBackAnEndpointOfAnEarlierPodOfTheSameName() {
        world.apply(service("cart", 80), meshed("uid-2", "10.0.0.2"));
        world.apply(naming(of("10.0.0.1", "cart-1", "uid-1")));
        assertThat(world.endpoints("cart", 80)).isEmpty();
        assertThat(world.problems())
                .singleElement()
                .asString()
                .contains("Pod 'cart-1' is another one than is meant, by its UID");

        world.apply(naming(of("10.0.0.1", "cart-1", "uid-1"), of("10.0.0.2", "cart-1", "uid-2")));
        assertThat(world.spots("cart", 80)).containsExactly("10.0.0.2:80 READY");
        world.apply(naming(of("10.0.0.2", "cart-1", "uid-2")));
        assertThat(world.problems()).isEmpty();
    }

    @Test
    void followsAPodThatIsMadeAgainWhicheverWatchIsFirst() {
        world.apply(service("cart", 80), meshed("uid-1", "10.0.0.1"));
        world.apply(naming(of("10.0.0.1", "cart-1", "uid-1")));
        world.apply(meshed("uid-2", "10.0.0.2"));
        assertThat(world.endpoints("cart", 80)).isEmpty();
        world.apply(naming(of("10.0.0.2", "cart-1", "uid-2")));
        assertThat(world.spots("cart", 80)).containsExactly("10.0.0.2:80 READY");

        world.apply(naming(of("10.0.0.3", "cart-1", "uid-3")));
        assertThat(world.endpoints("cart", 80)).isEmpty();
        world.apply(meshed("uid-3", "10.0.0.3"));
        assertThat(world.spots("cart", 80)).containsExactly("10.0.0.3:80 READY");
    }

    @Test
    void takesThePodOfTheNameWhereEitherSideGivesNoUid() {
        world.apply(service("cart", 80), podOf("cart", 1, "10.0.0.1"));
        world.apply(naming(of("10.0.0.1", "cart-1", "uid-1")));
        assertThat(world.endpoints("cart", 80))
                .extracting(Endpoint::workload)
                .containsExactly(Optional.of(pod("cart-1")));
        world.apply(meshed("uid-7", "10.0.0.1"), naming(of("10.0.0.1", "cart-1", "")));
        assertThat(world.endpoints("cart", 80)).hasSize(1);
    }

    @Test
    void callsNoAddressOfAPodThatRanToItsEndSinceAnotherMayHaveItSoon() {
        world.apply(service("cart", 80), meshed("uid-1", "10.0.0.1"));
        world.apply(naming(ready("10.0.0.1", "cart-1")));
        world.apply(state(podOf("cart", 1, "10.0.0.1"), "uid-1", true));
        assertThat(world.endpoints("cart", 80)).isEmpty();
        assertThat(world.mesh().workloads()).isEmpty();
        assertThat(world.problems()).singleElement().asString().contains("ran to its end");
    }

    @Test
    void namesEachPodThatIsAwaitedOnceAndOnlyAFewOfMany() {
        EndpointSet.Address[] many = new EndpointSet.Address[50];
        for (int i = 0; i < many.length; i++) {
            many[i] = ready("10.0.1." + (i + 1), "gone-" + i);
        }
        world.apply(service("cart", 80));
        world.apply(
                slice("a", "cart", slicePort("", 80), ready("10.0.0.1", "cart-1")),
                slice("b", "cart", slicePort("", 80), ready("fd00::1", "cart-1")));
        assertThat(world.problems()).hasSize(1);
        world.apply(naming(many));
        assertThat(world.problems()).hasSizeLessThanOrEqualTo(20);
    }

    @Test
    void holdsBackLikewiseWhatAnEndpointsObjectNames() {
        EndpointSet set =
                new EndpointSet(
                        List.of(slicePort("", 80)), List.of(of("10.0.0.1", "cart-1", "uid-1")));
        world.apply(service("cart", 80));
        world.apply(new EndpointsObject(meta("Endpoints", "cart", Map.of()), List.of(set)));
        assertThat(world.endpoints("cart", 80)).isEmpty();
        world.apply(meshed("uid-1", "10.0.0.1"));
        assertThat(world.endpoints("cart", 80)).hasSize(1);
        assertThat(world.workload("cart-1").name().namespace()).isEqualTo(NS);
    }

    @Test
    void anEndpointKeepsItsOwnName() {
        world.apply(service("cart", 80));
        world.apply(meshed("uid-1", "10.0.0.1"));
        world.apply(
                naming(
                        new EndpointSet.Address(
                                List.of("10.0.0.1"),
                                true,
                                true,
                                false,
                                Optional.of("cart-1"),
                                "uid-1",
                                "",
                                "",
                                List.of(),
                                "cart-0")));

        assertThat(world.endpoints("cart", 80).getFirst().hostname()).isEqualTo("cart-0");
    }
}
