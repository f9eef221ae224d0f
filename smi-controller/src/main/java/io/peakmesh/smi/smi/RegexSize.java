package io.peakmesh.smi.smi;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * About how many atoms an expression has when every counted repetition is written out. It reads
 * groups, classes, escapes and counts as RE2 does, and errs to the larger side.
 */
final class RegexSize {
    private static final long MANY = Integer.MAX_VALUE;

    private static final class Level {
        private long atoms;
        private long last;

        void add(long size) {
            atoms = Math.min(atoms + size, MANY);
            last = size;
        }

        void repeat(long count) {
            atoms = Math.min(atoms + last * count, MANY);
            last = Math.min(last * (count + 1), MANY);
        }
    }

    private final String regex;
    private final Deque<Level> open = new ArrayDeque<>();
    private Level level = new Level();
    private int next;

    private RegexSize(String regex) {
        this.regex = regex;
    }

    static long of(String regex) {
        return new RegexSize(regex).measure();
    }

    private long measure() {
        while (next < regex.length()) {
            char c = regex.charAt(next++);
            switch (c) {
                case '(' -> {
                    open.push(level);
                    level = new Level();
                }
                case ')' -> close();
                case '[' -> skipClass();
                case '\\' -> escape();
                case '{' -> repeat();
                case '*', '+', '?' -> {}
                default -> level.add(1);
            }
        }
        long total = level.atoms;
        for (Level unclosed : open) {
            total = Math.min(total + unclosed.atoms, MANY);
        }
        return total;
    }

    private void close() {
        long size = level.atoms + 1;
        if (open.isEmpty()) {
            level.add(1);
        } else {
            level = open.pop();
            level.add(size);
        }
    }

    private void skipClass() {
        level.add(1);
        if (at("^")) {
            next++;
        }
        boolean first = true;
        while (next < regex.length() && (first || !at("]"))) {
            int posix = at("[:") ? regex.indexOf(":]", next + 2) : -1;
            next = posix >= 0 ? posix + 2 : next + (at("\\") ? 2 : 1);
            first = false;
        }
        next++;
    }

    private void escape() {
        if (at("Q")) {
            int end = regex.indexOf("\\E", next);
            for (int i = next + 1; i < (end < 0 ? regex.length() : end); i++) {
                level.add(1);
            }
            next = end < 0 ? regex.length() : end + 2;
            return;
        }
        boolean braced = at("x{") || at("p{") || at("P{");
        int end = braced ? regex.indexOf('}', next) : -1;
        next = end < 0 ? next + 1 : end + 1;
        level.add(1);
    }

    private boolean at(String text) {
        return regex.startsWith(text, next);
    }

    /** Writes the last item out as often as the greatest number says; other braces are text. */
    private void repeat() {
        long greatest = 0;
        long number = 0;
        for (int i = next; i < regex.length(); i++) {
            char c = regex.charAt(i);
            if (c >= '0' && c <= '9') {
                number = Math.min(number * 10 + (c - '0'), MANY);
                greatest = Math.max(greatest, number);
            } else if (c == ',') {
                number = 0;
            } else if (c == '}' && i > next) {
                next = i + 1;
                level.repeat(greatest);
                return;
            } else {
                break;
            }
        }
        level.add(1);
    }
}
