package io.peakmesh.kube.folder;

import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.smi.object.MeshObject;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Manifests as users have them read without a problem, with notes for what the mesh skips. */
class SamplesTest {
    private static Path samples() throws URISyntaxException {
        URL folder = SamplesTest.class.getResource("/io/peakmesh/kube/samples");
        return Path.of(Objects.requireNonNull(folder).toURI());
    }

    private static List<String> names(FolderReading reading) {
        return reading.objects().stream()
                .map(MeshObject::key)
                .map(key -> key.kind() + " " + key.namespace() + "/" + key.name())
                .toList();
    }

    @Test
    void aBookShopInOneFileOfManyDocuments() throws IOException, URISyntaxException {
        FolderReading books = YamlFolder.read(List.of(samples().resolve("books.yaml")));

        assertThat(books.problems()).isEmpty();
        assertThat(books.skippedKinds())
                .containsExactly(
                        Map.entry("ConfigMap", 1),
                        Map.entry("Deployment", 3),
                        Map.entry("StatefulSet", 1));
        assertThat(names(books))
                .containsExactly(
                        "HTTPRouteGroup books/reviews-api",
                        "Namespace /books",
                        "Service books/page",
                        "Service books/ratings",
                        "Service books/reviews",
                        "Service books/reviews-v1",
                        "Service books/reviews-v2",
                        "ServiceAccount books/page",
                        "ServiceAccount books/ratings",
                        "ServiceAccount books/reviews",
                        "TrafficSplit books/reviews-rollout",
                        "TrafficTarget books/page-reads-reviews");
    }

    @Test
    void anEmojiVoteAsPrintedByKubectlInYamlAndJson() throws IOException, URISyntaxException {
        FolderReading emoji =
                YamlFolder.read(
                        List.of(
                                samples().resolve("emoji.yaml"),
                                samples().resolve("emoji-policy.json")));

        assertThat(emoji.problems()).isEmpty();
        assertThat(emoji.skippedKinds())
                .containsExactly(Map.entry("Deployment", 1), Map.entry("PodDisruptionBudget", 1));
        assertThat(names(emoji))
                .containsExactly(
                        "EndpointSlice emoji/voting-svc-7zq2f",
                        "Namespace /emoji",
                        "Pod emoji/voting-6bd7f8d6f4-x2x9k",
                        "Service emoji/voting-svc",
                        "ServiceAccount emoji/voting",
                        "ServiceAccount emoji/web",
                        "TCPRoute emoji/grpc",
                        "TrafficSplit emoji/voting-split",
                        "TrafficTarget emoji/web-votes");
    }

    @Test
    void allSamplesTogetherInOneFolder() throws IOException, URISyntaxException {
        FolderReading all = YamlFolder.read(List.of(samples()));

        assertThat(all.files()).isEqualTo(3);
        assertThat(all.problems()).isEmpty();
        assertThat(all.objects()).hasSize(21);
    }
}
