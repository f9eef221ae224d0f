package io.peakmesh.cli.demo;

import io.peakmesh.cli.terminal.CliException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * What the demo itself does about edits of its folder, as a kubelet would: an instance whose file
 * in {@code mesh/pods} is deleted is killed, and started again with the file; touching {@code
 * renew-certificates} renews every leaf. Everything else is the mesh's own business.
 */
final class HandEdits {
    private final Scene scene;
    private final Path renew;
    private final Consumer<String> events;
    private final Map<String, Boolean> running = new TreeMap<>();
    private FileTime touched;

    HandEdits(Scene scene, Path work, Consumer<String> events) {
        this.scene = scene;
        this.events = events;
        this.renew = work.resolve("renew-certificates");
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

    private FileTime time() {
        try {
            return Files.getLastModifiedTime(renew);
        } catch (IOException absent) {
            return FileTime.fromMillis(0);
        }
    }
}
