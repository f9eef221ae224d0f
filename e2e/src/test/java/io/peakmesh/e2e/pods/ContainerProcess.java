package io.peakmesh.e2e.pods;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The first process of a container, as this machine sees it: nodes' processes are its own too.
 *
 * @param startedMillis since the machine's start; steps of 10 ms
 */
record ContainerProcess(long pid, long startedMillis) {
    /** One tick of {@code /proc/<pid>/stat}: USER_HZ is 100 on every Linux that Java runs on. */
    private static final int TICK_MILLIS = 10;

    /** The start time among the fields after the name, which may hold blanks. */
    private static final int START = 19;

    private static final int MILLIS_PER_SECOND = 1000;

    /** Memory of its own, in KB: what would be free again if it ended. */
    long privateKb() {
        return read(Path.of("/proc", Long.toString(pid), "smaps_rollup"))
                .lines()
                .filter(line ->
                        line.startsWith("Private_Clean:") || line.startsWith("Private_Dirty:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
    }

    /** Now, in the time of {@link #startedMillis}. */
    static long nowMillis() {
        String uptime = read(Path.of("/proc/uptime")).split(" ", 2)[0];
        return Math.round(Double.parseDouble(uptime) * MILLIS_PER_SECOND);
    }

    /** Of a container that runs. */
    static ContainerProcess of(Pod pod, String container) {
        ContainerStatus status =
                Stream.concat(
                                pod.getStatus().getInitContainerStatuses().stream(),
                                pod.getStatus().getContainerStatuses().stream())
                        .filter(each -> each.getName().equals(container))
                        .findFirst()
                        .orElseThrow();
        String id = status.getContainerID();
        return firstOf(id.substring(id.lastIndexOf('/') + 1)).getFirst();
    }

    /** The process that holds a pod's namespaces, which starts before its containers. */
    static ContainerProcess sandbox(Pod pod) {
        return firstOf("pod" + pod.getMetadata().getUid()).getFirst();
    }

    private static List<ContainerProcess> firstOf(String cgroup) {
        try (Stream<Path> all = Files.list(Path.of("/proc"))) {
            return all.filter(path -> path.getFileName().toString().matches("\\d+"))
                    .filter(path -> readIfThere(path.resolve("cgroup")).contains(cgroup))
                    .map(ContainerProcess::at)
                    .sorted(
                            Comparator.comparingLong(ContainerProcess::startedMillis)
                                    .thenComparingLong(ContainerProcess::pid))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ContainerProcess at(Path process) {
        String stat = read(process.resolve("stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return new ContainerProcess(
                Long.parseLong(process.getFileName().toString()),
                Long.parseLong(fields[START]) * TICK_MILLIS);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Most processes are not asked for, and may end at any time. */
    private static String readIfThere(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return "";
        }
    }
}
