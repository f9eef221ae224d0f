package io.peakmesh.kube.reader;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Bytes to characters: UTF-8 without holes, printable, within {@link YamlReader#MAX_BYTES}. */
final class Text {
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private Text() {}

    static String decode(byte[] bytes) throws Unparsable {
        if (bytes.length > YamlReader.MAX_BYTES) {
            throw Unparsable.whole(
                    "is larger than "
                            + (YamlReader.MAX_BYTES >> 20)
                            + " MiB: split it into several files");
        }
        if (bytes.length >= 2 && (utf16(bytes[0], bytes[1]) || utf16(bytes[1], bytes[0]))) {
            throw Unparsable.whole("is UTF-16 text: save it as UTF-8");
        }
        CharBuffer chars = CharBuffer.allocate(bytes.length);
        CharsetDecoder decoder =
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer rest = ByteBuffer.wrap(bytes);
        CoderResult end = decoder.decode(rest, chars, true);
        String text = chars.flip().toString();
        if (end.isError()) {
            String found = String.format("byte 0x%02X", rest.get(rest.position()));
            throw at(text, text.length(), found + " is not UTF-8: save the file as UTF-8");
        }
        int start = !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? 1 : 0;
        int bad = firstUnprintable(text, start);
        if (bad >= 0) {
            String found = String.format("U+%04X", (int) text.charAt(bad));
            throw at(text, bad, "character " + found + " is not allowed in text: remove it");
        }
        return text.substring(start);
    }

    /** Refuses a document with a line longer than {@link YamlReader#MAX_LINE}. */
    static void checkLines(Documents.Document document) throws Unparsable {
        String text = document.text();
        int line = document.skippedLines() + 1;
        int start = 0;
        for (int i = 0; i < text.length() && text.length() > YamlReader.MAX_LINE; i++) {
            char c = text.charAt(i);
            if (c == '\n' || c == '\r') {
                boolean pair = c == '\r' && i + 1 < text.length() && text.charAt(i + 1) == '\n';
                line += pair ? 0 : 1;
                start = i + 1;
            } else if (i - start >= YamlReader.MAX_LINE) {
                String limit = "longer than " + YamlReader.MAX_LINE + " characters: break it up";
                throw Unparsable.at(line, i - start + 1, limit);
            }
        }
    }

    private static boolean utf16(byte one, byte other) {
        return one == (byte) 0xFF && other == (byte) 0xFE;
    }

    /** Line feed, carriage return and tab are the only control characters of YAML 1.2 and JSON. */
    private static int firstUnprintable(String text, int start) {
        for (int i = start; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean control = c < ' ' && c != '\n' && c != '\r' && c != '\t';
            if (control
                    || (c >= 0x7F && c < 0xA0 && c != 0x85)
                    || c == BYTE_ORDER_MARK
                    || c >= 0xFFFE) {
                return i;
            }
        }
        return -1;
    }

    private static Unparsable at(String text, int index, String reason) {
        int line = 1;
        int lineStart = 0;
        for (int i = 0; i < index; i++) {
            char c = text.charAt(i);
            if (c == '\n'
                    || (c == '\r' && (i + 1 >= text.length() || text.charAt(i + 1) != '\n'))) {
                line++;
                lineStart = i + 1;
            }
        }
        return Unparsable.at(line, index - lineStart + 1, reason);
    }
}
