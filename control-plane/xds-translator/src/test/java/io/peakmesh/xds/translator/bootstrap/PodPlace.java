package io.peakmesh.xds.translator.bootstrap;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.peakmesh.xds.translator.ModuleLibrary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the proxy's image and the pod's mounts hold, in a folder. */
final class PodPlace {
    private final Path dir;

    PodPlace(Path dir) throws Exception {
        this.dir = dir;
        ModuleLibrary.place(dir);
        Files.writeString(dir.resolve("token"), "a-token\n");
        Files.writeString(dir.resolve("secret.yaml"), inFolder(PodBootstrap.tokenSecret()));
        Files.writeString(dir.resolve("roots.yaml"), inFolder(PodBootstrap.rootsSecret()));
        Process openssl =
                new ProcessBuilder(
                                ("openssl req -x509 -newkey ec -pkeyopt"
                                                + " ec_paramgen_curve:prime256v1 -nodes -days 2 -subj"
                                                + " /CN=127.0.0.1 -keyout key.pem -out roots.pem")
                                        .split(" ", -1))
                        .directory(dir.toFile())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(openssl.getInputStream().readAllBytes(), UTF_8);
        if (openssl.waitFor() != 0) {
            throw new IOException(said);
        }
    }

    /** As the kubelet expands a container's argument. */
    String expand(String argument, String podIp) {
        return inFolder(argument)
                .replace("$(POD_IP)", podIp)
                .replace("$(POD_NAMESPACE)", "shop")
                .replace("$(POD_NAME)", "web-1");
    }

    private String inFolder(String text) {
        return text.replace(ProxyImage.TOKEN_SECRET, dir.resolve("secret.yaml").toString())
                .replace(ProxyImage.ROOTS_SECRET, dir.resolve("roots.yaml").toString())
                .replace(ProxyImage.IDENTITY_DIR, dir.toString());
    }
}
