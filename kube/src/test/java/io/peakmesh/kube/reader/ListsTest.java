package io.peakmesh.kube.reader;

import static io.peakmesh.kube.reader.Texts.json;
import static io.peakmesh.kube.reader.Texts.keys;
import static io.peakmesh.kube.reader.Texts.yaml;
import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.model.Invalid;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The shapes in which objects come: documents, lists, JSON, kinds of no interest. */
class ListsTest {
    private static final String A = "{apiVersion: v1, kind: ServiceAccount, metadata: {name: a}}";

    @Test
    void documentsAreSeparatedByMarkersWhateverElseStandsOnTheirLine() {
        String text =
                """
                %YAML 1.2
                # before
                --- # first
                {apiVersion: v1, kind: ServiceAccount, metadata: {name: a}}
                ...
                --- {apiVersion: v1, kind: ServiceAccount, metadata: {name: b}}
                ---

                ---
                # only a comment
                --- ~
                ---
                apiVersion: v1
                kind: ServiceAccount
                metadata:
                  name: c
                  annotations:
                    text: |
                      --- not a marker, it is indented
                      %nor this
                """;

        assertThat(yaml(text).problems()).isEmpty();
        assertThat(keys(yaml(text)))
                .containsExactly(
                        "ServiceAccount default/a",
                        "ServiceAccount default/b",
                        "ServiceAccount default/c");
        assertThat(keys(yaml(text.replace("\n", "\r")))).hasSize(3);
    }

    @Test
    void nothingIsNoObjectAndNoProblem() {
        for (String text : new String[] {"", "\n", "# note", "---", "---\n---\n...\n", "\uFEFF"}) {
            assertThat(yaml(text)).isEqualTo(yaml(""));
            assertThat(yaml(text).failed()).isFalse();
        }
        assertThat(json("").objects()).isEmpty();
        assertThat(json(" null ").problems()).isEmpty();
    }

    @Test
    void listsOfAnyKindAreOpened() {
        assertThat(keys(yaml("{apiVersion: v1, kind: List, items: [" + A + ", " + A + "]}")))
                .containsExactly("ServiceAccount default/a", "ServiceAccount default/a");
        assertThat(keys(yaml("{apiVersion: v1, kind: ServiceAccountList, items: [" + A + "]}")))
                .containsExactly("ServiceAccount default/a");
    }

    @Test
    void itemsOfATypedListMayLeaveOutWhatTheListSays() {
        String text =
                """
                apiVersion: split.smi-spec.io/v1alpha2
                kind: TrafficSplitList
                metadata: {resourceVersion: "7"}
                items:
                - metadata: {name: t}
                  spec: {service: web}
                """;

        assertThat(keys(yaml(text))).containsExactly("TrafficSplit default/t");
    }

    @Test
    void kindsOfNoInterestAreCounted() {
        String text =
                """
                {apiVersion: apps/v1, kind: Deployment, metadata: {name: a}}
                ---
                {apiVersion: apps/v1, kind: DeploymentList, items: [{}, {}]}
                ---
                {apiVersion: gateway.networking.k8s.io/v1alpha2, kind: TCPRoute, metadata: {name: x}}
                ---
                {apiVersion: serving.knative.dev/v1, kind: Service, metadata: {name: x}}
                ---
                {apiVersion: config.openshift.io/v1, kind: Node, metadata: {name: cluster}}
                ---
                {apiVersion: longhorn.io/v1beta2, kind: NodeList, items: [{metadata: {name: x}}]}
                ---
                {kind: AllowList, spec: {}}
                """;

        ReadResult result = yaml(text);
        assertThat(result.problems()).isEmpty();
        assertThat(result.objects()).isEmpty();
        assertThat(result.skippedKinds())
                .containsExactly(
                        Map.entry("AllowList", 1),
                        Map.entry("Deployment", 3),
                        Map.entry("Node.config.openshift.io", 1),
                        Map.entry("Node.longhorn.io", 1),
                        Map.entry("Service.serving.knative.dev", 1),
                        Map.entry("TCPRoute.gateway.networking.k8s.io", 1));
    }

    @Test
    void jsonFilesHoldOneObjectOrSeveral() {
        String object =
                "{\"apiVersion\":\"v1\",\"kind\":\"ServiceAccount\",\"metadata\":{\"name\":\"a\","
                        + "\"labels\":{\"n\":\"1\"}}}";

        assertThat(keys(json(object + "\n" + object))).hasSize(2);
        assertThat(
                        keys(
                                json(
                                        "{\"kind\":\"List\",\"apiVersion\":\"v1\",\"items\":["
                                                + object
                                                + "]}")))
                .containsExactly("ServiceAccount default/a");
        byte[] bytes = object.getBytes(StandardCharsets.UTF_8);
        assertThat(YamlReader.read("A.JSON", bytes)).extracting(Texts::keys).isNotNull();
        assertThat(keys(YamlReader.read("json-in.yaml", bytes))).hasSize(1);
    }

    @Test
    void anchorsAndMergeKeysMeanWhatTheyMeanToKubectl() {
        String text =
                """
                apiVersion: v1
                kind: ServiceAccount
                metadata:
                  name: a
                  labels: &l {one: "1", two: "2"}
                  annotations:
                    <<: [*l, {three: "3", one: "no"}]
                    two: own
                """;

        assertThat(yaml(text).problems()).isEmpty();
        assertThat(yaml(text).objects().getFirst().meta().annotations())
                .containsExactly(
                        Map.entry("one", "1"), Map.entry("three", "3"), Map.entry("two", "own"));
    }

    @Test
    void aRemarkDoesNotRefuseTheObject() {
        ReadResult result =
                yaml("{apiVersion: v1, kind: Namespace, metadata: {name: a, namespace: b}}");

        assertThat(keys(result)).containsExactly("Namespace /a");
        assertThat(result.failed()).isFalse();
        assertThat(result.problems())
                .singleElement()
                .extracting(Invalid::severity, Invalid::field)
                .containsExactly(Invalid.Severity.WARNING, "metadata.namespace");
    }

    @Test
    void theSameBytesReadTheSame() {
        assertThat(yaml(Texts.GOOD)).isEqualTo(yaml(Texts.GOOD));
    }
}
