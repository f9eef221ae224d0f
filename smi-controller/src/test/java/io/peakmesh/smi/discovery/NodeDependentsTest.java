package io.peakmesh.smi.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.model.ObjectRef;
import io.peakmesh.model.ServiceName;
import io.peakmesh.model.WorkloadName;
import io.peakmesh.smi.object.MeshObject.EndpointSet;
import io.peakmesh.smi.object.MeshObject.EndpointSliceObject;
import io.peakmesh.smi.object.MeshObject.PodObject;
import io.peakmesh.smi.object.Meta;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A node that changes touches no more than what has its zone from it. */
class NodeDependentsTest {
    private final PodTable pods = new PodTable();
    private final SliceTable slices = new SliceTable();

    @Test
    void knowsThePodsOfANodeThatDoNotSayTheirZoneThemselves() {
        pods.put(pod("on", "n1", Map.of()));
        pods.put(pod("elsewhere", "n2", Map.of()));
        pods.put(pod("nowhere", "", Map.of()));
        pods.put(pod("labelled", "n1", Map.of(Zones.ZONE, "z1")));
        assertThat(pods.zonedBy("n1")).extracting(p -> p.name().name()).containsExactly("on");
        assertThat(pods.zonedBy("")).isEmpty();
        pods.put(pod("elsewhere", "n1", Map.of()));
        pods.remove(new WorkloadName("shop", "on"));
        assertThat(pods.zonedBy("n1"))
                .extracting(p -> p.name().name())
                .containsExactly("elsewhere");
        assertThat(pods.zonedBy("n2")).isEmpty();
    }

    @Test
    void knowsTheServicesWithAnEndpointOnANodeThatHasNoZoneItself() {
        slices.put(slice("a", "cart", address("n1", ""), address("n2", "z2")));
        slices.put(slice("b", "web", address("n1", "z1"), address("", "")));
        slices.put(slice("c", "blog", address("n2", "")));
        assertThat(slices.zonedBy("n1")).containsExactly(new ServiceName("shop", "cart"));
        assertThat(slices.zonedBy("n2")).containsExactly(new ServiceName("shop", "blog"));
        assertThat(slices.zonedBy("")).isEmpty();
        slices.put(slice("a", "cart", address("n3", "")));
        slices.remove(slice("c", "blog").key());
        assertThat(slices.zonedBy("n1")).isEmpty();
        assertThat(slices.zonedBy("n2")).isEmpty();
        assertThat(slices.zonedBy("n3")).containsExactly(new ServiceName("shop", "cart"));
    }

    private static PodFacts pod(String name, String node, Map<String, String> labels) {
        PodObject object =
                new PodObject(
                        meta("Pod", name, labels),
                        "",
                        node,
                        List.of(),
                        false,
                        true,
                        false,
                        false,
                        List.of());
        return PodFacts.of(object, null, "cluster.local");
    }

    private static EndpointSliceObject slice(
            String name, String service, EndpointSet.Address... all) {
        return new EndpointSliceObject(
                meta("EndpointSlice", name, Map.of()),
                service,
                new EndpointSet(List.of(), List.of(all)));
    }

    private static EndpointSet.Address address(String node, String zone) {
        return new EndpointSet.Address(
                List.of("10.0.0.1"), true, true, false, Optional.empty(), node, zone, List.of());
    }

    private static Meta meta(String kind, String name, Map<String, String> labels) {
        return new Meta(
                new ObjectRef(kind, "shop", name, ""),
                "",
                Optional.empty(),
                new TreeMap<>(labels),
                new TreeMap<>());
    }
}
