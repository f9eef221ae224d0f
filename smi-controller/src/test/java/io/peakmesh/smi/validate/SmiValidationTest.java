package io.peakmesh.smi.validate;

import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.model.ObjectRef;
import io.peakmesh.smi.convert.Kept;
import io.peakmesh.smi.object.MeshObject.SmiObject;
import io.peakmesh.smi.object.Meta;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SmiValidationTest {
    private static List<String> judge(
            String kind,
            String apiVersion,
            Map<String, String> annotations,
            Map<String, Object> body) {
        Meta meta =
                new Meta(
                        new ObjectRef(kind, "shop", "x", ""),
                        "",
                        Optional.empty(),
                        new TreeMap<>(),
                        new TreeMap<>(annotations));
        int slash = apiVersion.indexOf('/');
        SmiObject object =
                new SmiObject(
                        meta,
                        apiVersion.substring(0, slash),
                        apiVersion.substring(slash + 1),
                        body);
        return SmiValidation.judge(object, "cluster.local").stream()
                .map(problem -> problem.severity() + " " + problem)
                .toList();
    }

    private static Map<String, Object> split(Object weight) {
        Object backends = List.of(Map.of("service", "not-there-yet", "weight", weight));
        return Map.of("spec", Map.of("service", "cart", "backends", backends));
    }

    private static Map<String, Object> target(Map<String, Object> destination) {
        return Map.of(
                "spec",
                Map.of(
                        "destination", destination,
                        "sources", List.of(Map.of("kind", "ServiceAccount", "name", "web")),
                        "rules", List.of(Map.of("kind", "TCPRoute", "name", "not-there-yet"))));
    }

    @Test
    void saysNothingOfWhatOthersLack() {
        assertThat(judge("TrafficSplit", "split.smi-spec.io/v1alpha4", Map.of(), split(1)))
                .isEmpty();
    }

    @Test
    void judgesAnObjectInTheWordsOfItsVersion() {
        assertThat(judge("TrafficSplit", "split.smi-spec.io/v1alpha1", Map.of(), split("500m")))
                .isEmpty();
        assertThat(judge("TrafficSplit", "split.smi-spec.io/v1alpha4", Map.of(), split("500m")))
                .containsExactly(
                        "ERROR TrafficSplit shop/x: spec.backends[0].weight: must be a whole number"
                                + " from 0 to 1000000, is '500m'");
        assertThat(
                        judge(
                                "TrafficSplit",
                                "split.smi-spec.io/v1alpha4",
                                Map.of(Kept.WRITTEN_AS, "v1alpha1"),
                                split("500m")))
                .isEmpty();
    }

    @Test
    void remarksOnWhatDoesNothing() {
        assertThat(
                        judge(
                                "HTTPRouteGroup",
                                "specs.smi-spec.io/v1alpha4",
                                Map.of(),
                                Map.of("status", Map.of())))
                .containsExactly(
                        "WARNING HTTPRouteGroup shop/x: spec.matches: is empty, so this group"
                                + " allows nothing: add a match to it");
    }

    @Test
    void refusesAKindThatTheMeshDoesNotServeAndIdentityBindings() {
        assertThat(judge("IdentityBinding", "access.smi-spec.io/v1alpha4", Map.of(), Map.of()))
                .singleElement()
                .asString()
                .contains("is not supported");
        Map<String, Object> binding = Map.of("kind", "IdentityBinding", "name", "cart");
        assertThat(judge("TrafficTarget", "access.smi-spec.io/v1alpha4", Map.of(), target(binding)))
                .singleElement()
                .asString()
                .contains("spec.destination.kind: IdentityBinding is not supported");
    }

    @Test
    void refusesAKeptFieldThatCannotBeReadSinceWithoutItMoreWouldBeAllowed() {
        Map<String, Object> cart = Map.of("kind", "ServiceAccount", "name", "cart");
        String version = "access.smi-spec.io/v1alpha4";
        assertThat(
                        judge(
                                "TrafficTarget",
                                version,
                                Map.of(Kept.DESTINATION_PORT, "{"),
                                target(cart)))
                .containsExactly(
                        "ERROR TrafficTarget shop/x:"
                                + " metadata.annotations[smi.peakmesh.io/destination-port]: cannot"
                                + " be read: correct it, or remove it together with what it means");
        assertThat(
                        judge(
                                "TrafficTarget",
                                version,
                                Map.of(Kept.DESTINATION_PORT, "\"http\""),
                                target(cart)))
                .singleElement()
                .asString()
                .contains("spec.destination.port: must be a whole number from 1 to 65535");
        assertThat(
                        judge(
                                "TCPRoute",
                                "specs.smi-spec.io/v1alpha1",
                                Map.of(Kept.MATCHES, "[]"),
                                Map.of()))
                .hasSize(1);
    }
}
