package io.peakmesh.kube.reader;

import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a YAML text into its documents before any of them is parsed, so that a bad one cannot take
 * the others with it. This is exact, not a guess: in YAML 1.2 a line that begins with {@code ---}
 * or {@code ...} is a marker wherever it stands, even in a quoted or block text (section 9.1.2).
 */
final class Documents {
    /**
     * One document.
     *
     * @param skippedLines how many lines of the file stand before {@code text}
     * @param firstLine the line of the file where its content begins, from 1
     */
    record Document(int skippedLines, int firstLine, String text) {}

    private final String text;
    private final List<Document> documents = new ArrayList<>();
    private int chunkStart;
    private int chunkLine;
    private int contentLine = -1;

    private Documents(String text) {
        this.text = text;
    }

    /** The documents that hold anything but blank lines, comments and directives. */
    static List<Document> split(String text) {
        Documents cutter = new Documents(text);
        cutter.run();
        return cutter.documents;
    }

    private void run() {
        int line = 0;
        int start = 0;
        while (start < text.length()) {
            int next = nextLine(start);
            if (marker(start, '-')) {
                cut(start, line);
                mark(start + 3, next, line);
            } else if (marker(start, '.')) {
                cut(next, line + 1);
            } else {
                mark(start, next, line);
            }
            start = next;
            line++;
        }
        cut(text.length(), line);
    }

    private void cut(int end, int nextLine) {
        if (contentLine >= 0) {
            documents.add(
                    new Document(chunkLine, contentLine + 1, text.substring(chunkStart, end)));
        }
        chunkStart = end;
        chunkLine = nextLine;
        contentLine = -1;
    }

    /** Notes the line as the document's first if it holds anything. */
    private void mark(int start, int end, int line) {
        if (contentLine >= 0) {
            return;
        }
        for (int i = start; i < end; i++) {
            char c = text.charAt(i);
            if (c == '#' || (c == '%' && i == start)) {
                return;
            }
            if (c != ' ' && c != '\t' && c != '\n' && c != '\r') {
                contentLine = line;
                return;
            }
        }
    }

    private boolean marker(int start, char c) {
        if (!text.startsWith(String.valueOf(c).repeat(3), start)) {
            return false;
        }
        int after = start + 3;
        return after >= text.length() || " \t\r\n".indexOf(text.charAt(after)) >= 0;
    }

    /** Where the line after the one at {@code start} begins. */
    private int nextLine(int start) {
        for (int i = start; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\n') {
                return i + 1;
            }
            if (c == '\r') {
                return i + 1 < text.length() && text.charAt(i + 1) == '\n' ? i + 2 : i + 1;
            }
        }
        return text.length();
    }
}
