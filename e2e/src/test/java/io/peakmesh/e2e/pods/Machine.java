package io.peakmesh.e2e.pods;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The machine that something was measured on, in a line's words. */
final class Machine {
    private Machine() {}

    /** The load average of 1, 5 and 15 minutes. */
    static String load() {
        try {
            String[] words = Files.readString(Path.of("/proc/loadavg")).split(" ", 4);
            return words[0] + " " + words[1] + " " + words[2];
        } catch (IOException e) {
            return "unknown";
        }
    }

    /** Cores, processor and kernel. */
    static String name() throws IOException {
        String cpu =
                Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                        .filter(line -> line.startsWith("model name"))
                        .map(line -> line.substring(line.indexOf(':') + 1).strip())
                        .findFirst()
                        .orElse("unknown");
        return "%d cores (%s), %s %s"
                .formatted(
                        Runtime.getRuntime().availableProcessors(),
                        cpu,
                        System.getProperty("os.name"),
                        System.getProperty("os.version"));
    }
}
