package io.peakmesh.injector.webhook;

import java.util.ArrayList;
import java.util.List;

/**
 * Makes warnings fit the API server: it cuts each to 256 characters once all together have more
 * than 4,096, so a long one goes out in parts, cut between words.
 */
final class Warnings {
    private static final int MAX_CHARS = 256;
    private static final int MAX_COUNT = 4096 / MAX_CHARS;
    private static final String GOES_ON = " …";

    private Warnings() {}

    static List<String> fitting(List<String> warnings) {
        List<String> fitting = new ArrayList<>();
        for (String warning : warnings) {
            String rest = warning.replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
            while (rest.length() > MAX_CHARS) {
                int end = cut(rest);
                fitting.add(rest.substring(0, end) + GOES_ON);
                rest = rest.substring(end).strip();
            }
            if (!rest.isEmpty()) {
                fitting.add(rest);
            }
        }
        if (fitting.size() <= MAX_COUNT) {
            return fitting;
        }
        List<String> first = new ArrayList<>(fitting.subList(0, MAX_COUNT - 1));
        first.add("and " + (fitting.size() - first.size()) + " more lines of warnings");
        return first;
    }

    /** Where the first part ends: at the last space, if there is one in the second half. */
    private static int cut(String text) {
        int most = MAX_CHARS - GOES_ON.length();
        int space = text.lastIndexOf(' ', most);
        if (space > most / 2) {
            return space;
        }
        return Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most;
    }
}
