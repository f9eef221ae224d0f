package io.peakmesh.e2e.kubernetes;

import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;

/**
 * A pod's service-account token in a folder, as the kubelet projects it: {@code token} leads
 * through the link {@code ..data}, which is replaced by rename.
 */
public final class ProjectedToken {
    /** For whom a token must be to be taken by the mesh. */
    public static final String AUDIENCE = "peakmesh";

    /** The API server gives none that lives shorter. */
    public static final Duration SHORTEST = Duration.ofMinutes(10);

    private final KubePod pod;
    private final Path dir;
    private int written;

    private ProjectedToken(KubePod pod, Path dir) {
        this.pod = pod;
        this.dir = dir;
    }

    /** Asks for a pod's token and puts it into a folder, which is made if absent. */
    public static ProjectedToken of(KubePod pod, Path dir) {
        ProjectedToken token = new ProjectedToken(pod, dir);
        token.renew();
        return token;
    }

    /**
     * A token of the cluster, bound to a pod as it is now.
     *
     * @param life at least {@link #SHORTEST}
     */
    public static String request(KubePod pod, String audience, Duration life) {
        TokenRequest request =
                new TokenRequestBuilder()
                        .withNewSpec()
                        .withAudiences(audience)
                        .withExpirationSeconds(life.toSeconds())
                        .withNewBoundObjectRef()
                        .withApiVersion("v1")
                        .withKind("Pod")
                        .withName(pod.pod().name())
                        .withUid(pod.uid())
                        .endBoundObjectRef()
                        .endSpec()
                        .build();
        return pod.cluster()
                .client()
                .serviceAccounts()
                .inNamespace(pod.pod().namespace())
                .withName(pod.pod().app())
                .tokenRequest(request)
                .getStatus()
                .getToken();
    }

    /** Replaces it by a new one of the shortest life. */
    public void renew() {
        write(request(pod, AUDIENCE, SHORTEST));
    }

    /** Replaces it by whatever a test wants. */
    public void write(String token) {
        Path data = dir.resolve("..data");
        Path version = dir.resolve("..version-" + ++written);
        try {
            Files.createDirectories(version);
            Files.writeString(version.resolve("token"), token);
            Path next = Files.createSymbolicLink(dir.resolve("..data_tmp"), version.getFileName());
            Files.move(next, data, StandardCopyOption.ATOMIC_MOVE);
            Path door = dir.resolve("token");
            if (!Files.isSymbolicLink(door)) {
                Files.createSymbolicLink(door, Path.of("..data", "token"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The folder with the file {@code token}. */
    public Path dir() {
        return dir;
    }

    /** The token as it is now. */
    public String text() {
        try {
            return Files.readString(dir.resolve("token"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
