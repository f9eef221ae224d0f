package io.peakmesh.e2e.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.peakmesh.e2e.real.ControlPlane;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Definitions that another mesh left behind, with objects stored in old versions, are taken over:
 * as Linkerd's adaptor makes them (TrafficSplit stored as v1alpha1, no conversion) and as Open
 * Service Mesh does (access v1alpha3, specs v1alpha4).
 */
class TakeoverKubeE2e {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SPLITS = "trafficsplits.split.smi-spec.io";
    private static final String TARGETS = "traffictargets.access.smi-spec.io";
    private static final String GROUPS = "httproutegroups.specs.smi-spec.io";

    @RegisterExtension static final Cluster CLUSTER = new Cluster();

    private final KubeMesh mesh = new KubeMesh(CLUSTER);

    @AfterEach
    void end() {
        mesh.close();
    }

    private static String left(
            String group, String kind, String plural, String version, String schema) {
        return """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata:
          name: %2$s.%1$s
          labels: {left.by: another-mesh}
          annotations: {another.mesh/release: "2.11"}
        spec:
          group: %1$s
          scope: Namespaced
          names: {kind: %3$s, plural: %2$s, singular: %4$s, listKind: %3$sList}
          conversion: {strategy: None}
          versions:
          - name: %5$s
            served: true
            storage: true
            schema:
              openAPIV3Schema:
                type: object
                properties:
                  spec:
                    type: object
                    %6$s
        """
                .formatted(
                        group,
                        plural,
                        kind,
                        kind.toLowerCase(java.util.Locale.ROOT),
                        version,
                        schema);
    }

    private static void leaveBehind() {
        String any = "x-kubernetes-preserve-unknown-fields: true";
        CLUSTER.apply(
                left(
                        "split.smi-spec.io",
                        "TrafficSplit",
                        "trafficsplits",
                        "v1alpha1",
                        """
                        properties:
                                      service: {type: string}
                                      backends:
                                        type: array
                                        items:
                                          type: object
                                          properties:
                                            service: {type: string}
                                            weight: {x-kubernetes-int-or-string: true}
                        """
                                .strip()),
                left("access.smi-spec.io", "TrafficTarget", "traffictargets", "v1alpha3", any),
                left("specs.smi-spec.io", "HTTPRouteGroup", "httproutegroups", "v1alpha4", any),
                left("specs.smi-spec.io", "TCPRoute", "tcproutes", "v1alpha4", any));
        for (String crd : List.of(SPLITS, TARGETS, GROUPS, "tcproutes.specs.smi-spec.io")) {
            CLUSTER.kubectl("wait", "--for=condition=Established", "--timeout=30s", "crd/" + crd)
                    .orThrow();
        }
        Awaitility.await("the old objects are taken")
                .atMost(PATIENCE)
                .until(() -> CLUSTER.tryApply(OLD).ok());
    }

    private static final String[] OLD = {
        """
        apiVersion: v1
        kind: Namespace
        metadata: {name: shop}
        """,
        """
        apiVersion: split.smi-spec.io/v1alpha1
        kind: TrafficSplit
        metadata: {name: cart, namespace: shop, labels: {app: cart}}
        spec:
          service: cart
          backends: [{service: cart-1, weight: 500m}, {service: cart-2, weight: 1}]
        """,
        """
        apiVersion: split.smi-spec.io/v1alpha1
        kind: TrafficSplit
        metadata: {name: whole, namespace: shop, finalizers: [another.mesh/cleanup]}
        spec:
          service: whole
          backends: [{service: cart-1, weight: 90}, {service: cart-2, weight: 10}]
        """,
        """
        apiVersion: access.smi-spec.io/v1alpha3
        kind: TrafficTarget
        metadata: {name: web-to-cart, namespace: shop}
        spec:
          destination: {kind: ServiceAccount, name: cart, namespace: shop}
          sources: [{kind: ServiceAccount, name: web, namespace: shop}]
          rules: [{kind: HTTPRouteGroup, name: routes, matches: [all]}]
        """,
        """
        apiVersion: specs.smi-spec.io/v1alpha4
        kind: HTTPRouteGroup
        metadata: {name: routes, namespace: shop}
        spec:
          matches: [{name: all, pathRegex: "/.*", methods: ["*"]}]
        """,
        """
        apiVersion: specs.smi-spec.io/v1alpha4
        kind: TCPRoute
        metadata: {name: tcp, namespace: shop}
        spec:
          matches: {ports: [3306]}
        """
    };

    private static JsonNode read(String kind, String name) {
        return tree(CLUSTER.kubectl("get", "-n", "shop", kind, name, "-o", "json").orThrow().out());
    }

    private static JsonNode tree(String json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What its author wrote, and who it is. */
    private static JsonNode own(JsonNode object) {
        ObjectNode own = object.deepCopy();
        own.remove("status");
        own.withObjectProperty("metadata").remove("managedFields");
        own.withObjectProperty("metadata").remove("resourceVersion");
        own.withObjectProperty("metadata").remove("generation");
        return own;
    }

    private static Map<String, String> versionsOfAll() {
        Map<String, String> versions = new TreeMap<>();
        JsonNode all =
                tree(
                        CLUSTER.kubectl(
                                        "get",
                                        "crd,validatingwebhookconfigurations,ts,tt,htr,tcproutes",
                                        "-n",
                                        "shop",
                                        "-o",
                                        "json")
                                .orThrow()
                                .out());
        for (JsonNode item : all.path("items")) {
            versions.put(
                    item.path("kind").asText() + " " + item.at("/metadata/name").asText(),
                    item.at("/metadata/resourceVersion").asText());
        }
        return versions;
    }

    @Test
    void definitionsAndObjectsOfAnotherMeshAreTakenOverUnharmed() {
        leaveBehind();
        JsonNode cart = own(read("trafficsplits.v1alpha1.split.smi-spec.io", "cart"));
        JsonNode whole = own(read("trafficsplits.v1alpha1.split.smi-spec.io", "whole"));
        JsonNode target = own(read("traffictargets.v1alpha3.access.smi-spec.io", "web-to-cart"));
        JsonNode routes = own(read("httproutegroups.v1alpha4.specs.smi-spec.io", "routes"));

        mesh.startControlPlane();
        new ServedSmi(CLUSTER).await();

        for (String crd : List.of(SPLITS, TARGETS, GROUPS)) {
            takenOver(new ServedSmi(CLUSTER).crd(crd));
        }
        assertThat(own(read("trafficsplits.v1alpha1.split.smi-spec.io", "cart"))).isEqualTo(cart);
        assertThat(own(read("trafficsplits.v1alpha1.split.smi-spec.io", "whole"))).isEqualTo(whole);
        assertThat(own(read("traffictargets.v1alpha3.access.smi-spec.io", "web-to-cart")))
                .isEqualTo(target);
        assertThat(own(read("httproutegroups.v1alpha4.specs.smi-spec.io", "routes")))
                .isEqualTo(routes);
        JsonNode newest = read("trafficsplits.v1alpha4.split.smi-spec.io", "cart");
        assertThat(newest.at("/spec/backends/0/weight").isIntegralNumber()).isTrue();
        assertThat(newest.at("/spec/backends/0/weight").asInt() * 2)
                .isEqualTo(newest.at("/spec/backends/1/weight").asInt());
        storedAsNewest();
        aSecondStartChangesNothing();
    }

    private static void takenOver(JsonNode crd) {
        assertThat(crd.at("/metadata/labels/left.by").asText()).isEqualTo("another-mesh");
        assertThat(crd.at("/metadata/annotations/another.mesh~1release").asText())
                .isEqualTo("2.11");
        assertThat(crd.at("/spec/versions")).hasSize(4);
        for (JsonNode version : crd.at("/spec/versions")) {
            assertThat(version.path("served").asBoolean()).isTrue();
            assertThat(version.path("storage").asBoolean())
                    .isEqualTo(version.path("name").asText().equals("v1alpha4"));
        }
    }

    /** Etcd's key tells nothing of the version, its value does. */
    private static void storedAsNewest() {
        String stored = CLUSTER.stored("/registry/split.smi-spec.io/trafficsplits/shop/cart");
        assertThat(stored).contains("\"apiVersion\":\"split.smi-spec.io/v1alpha4\"");
        assertThat(tree(stored).at("/metadata/annotations/smi.peakmesh.io~1weights").asText())
                .isEqualTo("[\"500m\",1]");
    }

    private void aSecondStartChangesNothing() {
        Awaitility.await("all statuses are written")
                .atMost(PATIENCE)
                .until(TakeoverKubeE2e::judged);
        Map<String, String> before = versionsOfAll();
        mesh.replica(0).close();
        ControlPlane again = mesh.startControlPlane();
        Awaitility.await("it leads, and has looked")
                .atMost(PATIENCE)
                .until(() -> again.log().stream().anyMatch(line -> line.contains("event=leader ")));
        for (int i = 0; i < 5; i++) {
            assertThat(versionsOfAll()).isEqualTo(before);
            pause();
        }
    }

    private static boolean judged() {
        return List.of("ts/cart", "ts/whole", "tt/web-to-cart", "htr/routes", "tcproutes/tcp")
                .stream()
                .allMatch(object ->
                        CLUSTER.kubectl(
                                        "get",
                                        "-n",
                                        "shop",
                                        object,
                                        "-o",
                                        "jsonpath={.status.conditions[*].type}")
                                .out()
                                .equals("Accepted Programmed"));
    }

    private static void pause() {
        Awaitility.await().pollDelay(Duration.ofSeconds(2)).until(() -> true);
    }
}
