package io.peakmesh.cli.check;

import java.util.List;

/** A long list as people read it: how many, the first few, and how many more. */
final class Few {
    private static final int SHOWN = 5;

    private Few() {}

    /** {@code 7 <what>:} and a line for each of the first {@value #SHOWN}. */
    static String of(List<String> all, String what) {
        StringBuilder text = new StringBuilder();
        text.append(all.size()).append(' ').append(what).append(':');
        all.stream().limit(SHOWN).forEach(one -> text.append("\n- ").append(one));
        if (all.size() > SHOWN) {
            text.append("\n- and ").append(all.size() - SHOWN).append(" more");
        }
        return text.toString();
    }
}
