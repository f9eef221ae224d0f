package io.peakmesh.cli.demo;

import io.peakmesh.cli.demo.Shop.Instance;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;

/**
 * The folder of YAML that is the demo's source of truth, and the edits that the walk makes to it.
 */
final class ShopFolder {
    private static final List<String> POLICIES =
            List.of("routes", "load-to-web", "web-to-catalog", "web-to-cart", "cart-to-ledger");

    private final Path dir;

    ShopFolder(Path dir) {
        this.dir = dir;
    }

    Path dir() {
        return dir;
    }

    void write(Shop shop) throws IOException {
        put("namespace.yaml", resource("namespace.yaml"));
        put("services.yaml", resource("services.yaml"));
        for (String policy : POLICIES) {
            writePolicy(policy);
        }
        for (Instance instance : shop.instances()) {
            put("pods/" + instance.pod() + ".yaml", pod(instance));
        }
        writeSplit(90, 10);
    }

    void writeSplit(int v1, int v2) throws IOException {
        String text = resource("split.yaml");
        put("split.yaml", fill(text, Map.of("v1", "" + v1, "v2", "" + v2)));
    }

    void writePolicy(String name) throws IOException {
        put("policy/" + name + ".yaml", resource("policy-" + name + ".yaml"));
    }

    void removePolicy(String name) throws IOException {
        Files.delete(dir.resolve("policy/" + name + ".yaml"));
    }

    private static String pod(Instance instance) {
        return fill(
                resource("pod.yaml"),
                Map.of(
                        "pod", instance.pod(),
                        "app", instance.app(),
                        "version", instance.version(),
                        "port", "" + instance.port(),
                        "ip", instance.ip()));
    }

    private static String fill(String text, Map<String, String> values) {
        for (Map.Entry<String, String> value : values.entrySet()) {
            text = text.replace("${" + value.getKey() + "}", value.getValue());
        }
        return text;
    }

    /** As an editor saves: a whole file beside it, then a rename. */
    private void put(String name, String text) throws IOException {
        Path file = dir.resolve(name);
        Files.createDirectories(file.getParent());
        Path beside = file.resolveSibling("." + file.getFileName() + ".new");
        Files.writeString(beside, text);
        Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static String resource(String name) {
        try (InputStream in = ShopFolder.class.getResourceAsStream("/demo/" + name)) {
            if (in == null) {
                throw new IllegalStateException("the jar lacks demo/" + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
