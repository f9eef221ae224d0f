package io.peakmesh.kube.reader;

/** Makes a foreign text fit for one line of a terminal. */
final class OneLine {
    /** The longest reason, in characters. */
    static final int REASON = 300;

    /** The longest field path, in characters. */
    static final int FIELD = 160;

    private OneLine() {}

    /** The text without line breaks and control characters, cut after {@code max} characters. */
    static String of(String text, int max) {
        StringBuilder line = new StringBuilder(Math.min(text.length(), max));
        int i = 0;
        while (i < text.length() && line.length() < max) {
            int point = text.codePointAt(i);
            line.appendCodePoint(printable(point) ? point : ' ');
            i += Character.charCount(point);
        }
        return i < text.length() ? line.append('…').toString() : line.toString();
    }

    private static boolean printable(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.UNASSIGNED ->
                    false;
            default -> true;
        };
    }
}
