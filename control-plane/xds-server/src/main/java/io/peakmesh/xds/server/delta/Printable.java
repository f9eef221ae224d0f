package io.peakmesh.xds.server.delta;

/** Makes a client's words fit for a log line and a table. */
final class Printable {
    private static final int MOST = 200;

    private Printable() {}

    /** At most 200 characters of printable ASCII, and three dots where something is left out. */
    static String of(String text) {
        String start = text.length() <= MOST ? text : text.substring(0, MOST) + "...";
        return start.replaceAll("[^\\x20-\\x7e]", "?");
    }
}
