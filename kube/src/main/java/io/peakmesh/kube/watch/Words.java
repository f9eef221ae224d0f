package io.peakmesh.kube.watch;

import java.util.Arrays;

/**
 * Makes equal short texts the same one, so that the labels of a thousand pods are held once. It
 * remembers a bounded number of texts: what is lost by that is only memory. Confined to one thread.
 */
final class Words {
    private static final int SLOTS = 2_048;
    private static final int LONGEST = 64;

    private final String[] slots = new String[SLOTS];

    Words() {
        Arrays.fill(slots, "");
    }

    String one(String text) {
        if (text.length() > LONGEST) {
            return text;
        }
        int hash = text.hashCode();
        int slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
        if (!slots[slot].equals(text)) {
            slots[slot] = text;
        }
        return slots[slot];
    }
}
