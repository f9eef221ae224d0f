package io.peakmesh.benchmarks.fanout;

/** What a round measures, in the order in which it is printed. */
enum Metric {
    START("process start until it takes streams", "ms", 0),
    CONNECT("connect: all streams open and wholly configured", "ms", 0),
    CONNECT_CPU("server CPU for that", "ms", 0),
    CONNECT_BYTES("payload bytes a stream for that", "B", 0),
    REOPENED("streams ended by the server and opened again", "", 0),
    RECIPIENTS("streams that a change reaches", "", 0),
    ALL_P50("change until the last of them has it, p50", "ms", 1),
    ALL_P99("change until the last of them has it, p99", "ms", 1),
    ONE_P50("change until one of them has it, p50", "ms", 1),
    ONE_P99("change until one of them has it, p99", "ms", 1),
    CHANGE_CPU("server CPU a change", "ms", 2),
    CLIENT_CPU("client CPU a change", "ms", 2),
    CHANGE_BYTES("payload bytes a change, all streams", "B", 0),
    RESPONSES("responses a change, all streams", "", 1),
    IDLE_CPU("server CPU a second, streams open, no change", "ms", 1),
    RSS_IDLE("VmRSS before the first stream", "MB", 1),
    ANON_IDLE("RssAnon before the first stream", "MB", 1),
    RSS_CONNECTED("VmRSS with all streams configured", "MB", 1),
    ANON_CONNECTED("RssAnon with all streams configured", "MB", 1),
    RSS_END("VmRSS after the last change", "MB", 1),
    ANON_END("RssAnon after the last change", "MB", 1),
    RSS_PEAK("VmHWM, the most that VmRSS ever was", "MB", 1);

    private final String label;
    private final String unit;
    private final int decimals;

    Metric(String label, String unit, int decimals) {
        this.label = label;
        this.unit = unit;
        this.decimals = decimals;
    }

    String label() {
        return unit.isEmpty() ? label : label + " (" + unit + ")";
    }

    int decimals() {
        return decimals;
    }
}
