package io.peakmesh.benchmarks.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The machine that a run was made on. */
public record Machine(int cores, String cpu, long memoryMb, String kernel, String jdk) {
    public static Machine here() throws IOException {
        return new Machine(
                Runtime.getRuntime().availableProcessors(),
                cpuModel(Files.readString(Path.of("/proc/cpuinfo"))),
                Usage.kilobytes(Files.readString(Path.of("/proc/meminfo")), "MemTotal:") / 1024,
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                System.getProperty("java.vm.vendor")
                        + " "
                        + System.getProperty("java.runtime.version"));
    }

    static String cpuModel(String cpuinfo) {
        return cpuinfo.lines()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("unknown");
    }

    /**
     * The line of a report that names the machine.
     *
     * @param load averages, the first taken before the run and the last after it
     */
    public String line(List<String> load, String revision) {
        return "Machine: %d cores (%s), %,d MB, %s, %s. Load average before %s, after %s. Commit %s."
                .formatted(
                        cores,
                        cpu,
                        memoryMb,
                        kernel,
                        jdk,
                        load.getFirst(),
                        load.getLast(),
                        revision);
    }

    /** The load averages of the last 1, 5 and 15 minutes. */
    public static String load() throws IOException {
        String[] words = Files.readString(Path.of("/proc/loadavg")).split(" ", 4);
        return words[0] + " " + words[1] + " " + words[2];
    }
}
