package io.peakmesh.benchmarks.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a process has used, from Linux' {@code /proc}.
 *
 * @param cpuMillis user and system time of all its threads since it started; 10 ms steps
 * @param rssKb VmRSS: what it holds in memory, files included
 * @param anonKb RssAnon: the part of it that no other process can share
 * @param peakKb VmHWM: the most that VmRSS ever was
 */
public record Usage(long cpuMillis, long rssKb, long anonKb, long peakKb) {
    /** One tick of {@code /proc/<pid>/stat}: USER_HZ is 100 on every Linux that Java runs on. */
    private static final int TICK_MILLIS = 10;

    /** The fields after the name, which is in brackets and may hold blanks: state is the first. */
    private static final int USER_TIME = 11;

    public static Usage of(long pid) throws IOException {
        Path proc = Path.of("/proc", Long.toString(pid));
        return parse(
                Files.readString(proc.resolve("stat")), Files.readString(proc.resolve("status")));
    }

    static Usage parse(String stat, String status) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        long ticks = Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[USER_TIME + 1]);
        return new Usage(
                ticks * TICK_MILLIS,
                kilobytes(status, "VmRSS:"),
                kilobytes(status, "RssAnon:"),
                kilobytes(status, "VmHWM:"));
    }

    /** The value of a line as {@code status} and {@code meminfo} have it; 0 if there is none. */
    public static long kilobytes(String text, String key) {
        return text.lines()
                .filter(line -> line.startsWith(key))
                .map(line -> line.substring(key.length()).strip().split(" ", 2)[0])
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElse(0);
    }
}
