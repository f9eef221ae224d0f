package io.peakmesh.e2e.kubernetes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a process holds and has used, from Linux' {@code /proc}.
 *
 * @param rssKb VmRSS: what it holds in memory, files included
 * @param anonKb RssAnon: the part of it that no other process can share
 * @param peakKb VmHWM: the most that VmRSS ever was
 * @param cpuMillis user and system time of all its threads since it started; 10 ms steps
 * @param threads of the operating system
 */
public record Footprint(long rssKb, long anonKb, long peakKb, long cpuMillis, long threads) {
    /** One tick of {@code /proc/<pid>/stat}: USER_HZ is 100 on every Linux that Java runs on. */
    private static final int TICK_MILLIS = 10;

    /** Of the fields after the name, which is in brackets and may hold blanks. */
    private static final int USER_TIME = 11;

    private static final Pattern GENERATION = Pattern.compile("total (\\d+)K, used (\\d+)K");

    /** Of a process that runs. */
    public static Footprint of(long pid) {
        try {
            Path proc = Path.of("/proc", Long.toString(pid));
            String stat = Files.readString(proc.resolve("stat"));
            List<String> status = Files.readAllLines(proc.resolve("status"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            long ticks = Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[USER_TIME + 1]);
            return new Footprint(
                    number(status, "VmRSS:"),
                    number(status, "RssAnon:"),
                    number(status, "VmHWM:"),
                    ticks * TICK_MILLIS,
                    number(status, "Threads:"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long number(List<String> status, String key) {
        return status.stream()
                .filter(line -> line.startsWith(key))
                .map(line -> line.substring(key.length()).strip().split(" ", 2)[0])
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no " + key));
    }

    /**
     * A JVM's heap.
     *
     * @param usedKb live objects and garbage
     */
    public record Heap(long usedKb, long committedKb) {
        static Heap of(long pid) {
            Matcher found = GENERATION.matcher(ask(pid, "GC.heap_info"));
            long total = 0;
            long used = 0;
            while (found.find()) {
                total += Long.parseLong(found.group(1));
                used += Long.parseLong(found.group(2));
            }
            if (total == 0) {
                throw new IllegalStateException("no heap of process " + pid);
            }
            return new Heap(used, total);
        }

        /** After a full collection, which is made now. */
        static Heap live(long pid) {
            ask(pid, "GC.run");
            return of(pid);
        }

        private static String ask(long pid, String what) {
            Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
            return Said.by(List.of(jcmd.toString(), "" + pid, what), Map.of(), "").orThrow().out();
        }
    }
}
