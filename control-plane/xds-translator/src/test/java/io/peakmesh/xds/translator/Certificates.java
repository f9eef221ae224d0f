package io.peakmesh.xds.translator;

import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.peakmesh.model.ServiceAccountName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Throw-away authorities, by the openssl command. */
final class Certificates {
    private static final String ROOT = "root";

    private final Path dir;
    private final RootsPlace place;
    private final Map<ServiceAccountName, Secret> identities = new ConcurrentHashMap<>();

    /** One root, and {@code xds} by it. */
    Certificates(Path dir, RootsPlace place) throws IOException {
        this.dir = dir;
        this.place = place;
        root(ROOT);
        leaf("xds", ROOT, "DNS:xds.peakmesh");
        trust(ROOT);
    }

    void root(String name) {
        openssl(
                "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -keyout "
                        + name
                        + ".key -out "
                        + name
                        + ".pem -subj /CN="
                        + name);
    }

    /** The roots of the control plane, for proxies. */
    Path rootsFile() {
        return dir.resolve("trust").resolve("roots.pem");
    }

    /** From now on these are the control plane's roots. */
    void trust(String... roots) throws IOException {
        StringBuilder pem = new StringBuilder();
        for (String root : roots) {
            pem.append(Files.readString(file(root + ".pem")));
        }
        place.bring(rootsFile(), pem.toString());
    }

    Path file(String name) {
        return dir.resolve(name);
    }

    /** What the control plane sends by SDS. */
    Message secret(String name, ServiceAccountName account) {
        return switch (name) {
            case "roots" -> {
                Secret.Builder secret = Secret.newBuilder().setName(name);
                secret.getValidationContextBuilder().setTrustedCa(inline(ROOT + ".pem"));
                yield secret.build();
            }
            case "id" -> identities.computeIfAbsent(account, this::identity);
            default -> throw new IllegalArgumentException("a proxy asked for secret " + name);
        };
    }

    private Secret identity(ServiceAccountName account) {
        String name = account.toString().replace('/', '-');
        leaf(
                name,
                ROOT,
                "URI:spiffe://cluster.local/ns/"
                        + account.namespace()
                        + "/sa/"
                        + account.name()
                        + ",DNS:"
                        + name
                        + ".pod.cluster.local");
        Secret.Builder secret = Secret.newBuilder().setName("id");
        secret.getTlsCertificateBuilder()
                .setCertificateChain(inline(name + ".pem"))
                .setPrivateKey(inline(name + ".key"));
        return secret.build();
    }

    void leaf(String name, String root, String subjectAltNames) {
        openssl(
                "req -x509 -CA "
                        + root
                        + ".pem -CAkey "
                        + root
                        + ".key -newkey ec"
                        + " -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=leaf -addext"
                        + " basicConstraints=critical,CA:FALSE -addext subjectAltName="
                        + subjectAltNames
                        + " -keyout "
                        + name
                        + ".key -out "
                        + name
                        + ".pem");
    }

    private DataSource inline(String file) {
        try {
            return DataSource.newBuilder()
                    .setInlineString(Files.readString(dir.resolve(file)))
                    .build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void openssl(String arguments) {
        try {
            List<String> command =
                    java.util.stream.Stream.concat(
                                    java.util.stream.Stream.of("openssl"),
                                    java.util.Arrays.stream(arguments.split(" ", -1)))
                            .toList();
            Process process =
                    new ProcessBuilder(command)
                            .directory(dir.toFile())
                            .redirectErrorStream(true)
                            .start();
            String said =
                    new String(
                            process.getInputStream().readAllBytes(),
                            java.nio.charset.StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(said);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the openssl command is needed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
