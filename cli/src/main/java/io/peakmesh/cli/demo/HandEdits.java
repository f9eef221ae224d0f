package io.peakmesh.cli.demo;

import io.peakmesh.cli.terminal.CliException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * What the demo itself does about edits of its folder, as a kubelet would: an instance whose file
 * in {@code mesh/pods} is deleted is killed, and started again with the file; a cart instance whose
 * name stands in the file {@code slow} answers 200 ms later; touching {@code renew-certificates}
 * renews every leaf. Everything else is the mesh's own business.
 */
final class HandEdits {
    private final Scene scene;
    private final Path renew;
    private final Path slow;
    private final Consumer<String> events;
    private final Map<String, Boolean> running = new TreeMap<>();
    private final Set<String> slowed = new TreeSet<>();
    private FileTime touched;

    HandEdits(Scene scene, Path work, Consumer<String> events) {
        this.scene = scene;
        this.events = events;
        this.renew = work.resolve("renew-certificates");
        this.slow = work.resolve("slow");
        this.touched = time();
        for (Shop.Instance instance : scene.shop().instances()) {
            running.put(instance.pod(), true);
        }
    }

    /** Acts on what changed since the last call. */
    void poll() throws InterruptedException {
        try {
            for (Shop.Instance instance : scene.shop().instances()) {
                boolean wanted =
                        Files.exists(
                                scene.folder().dir().resolve("pods/" + instance.pod() + ".yaml"));
                boolean was = running.getOrDefault(instance.pod(), true);
                if (was && !wanted) {
                    scene.kill(instance.pod());
                    events.accept(instance.pod() + " is killed: its file is gone");
                } else if (!was && wanted) {
                    scene.revive(instance.pod());
                    events.accept(instance.pod() + " is started: its file is back");
                }
                running.put(instance.pod(), wanted);
            }
            slowDown();
            FileTime now = time();
            if (!now.equals(touched)) {
                touched = now;
                scene.renew();
                events.accept("every leaf certificate is renewed: renew-certificates was touched");
            }
        } catch (IOException | CliException e) {
            events.accept("× " + e.getMessage());
        }
    }

    private void slowDown() throws IOException {
        List<String> named = Files.exists(slow) ? Files.readAllLines(slow) : List.of();
        for (Shop.Instance cart : scene.shop().of("cart")) {
            boolean wanted = named.contains(cart.pod());
            if (wanted ? slowed.add(cart.pod()) : slowed.remove(cart.pod())) {
                scene.slow(cart.pod(), wanted ? Walk.SLOWNESS : Duration.ZERO);
                events.accept(cart.pod() + (wanted ? " is slow now" : " is fast again"));
            }
        }
    }

    private FileTime time() {
        try {
            return Files.getLastModifiedTime(renew);
        } catch (IOException absent) {
            return FileTime.fromMillis(0);
        }
    }
}
