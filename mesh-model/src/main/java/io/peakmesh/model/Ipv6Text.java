package io.peakmesh.model;

/**
 * The one written form of an IPv6 address (RFC 5952 section 4), so that equal addresses are equal
 * texts.
 */
public final class Ipv6Text {
    private static final int GROUPS = 8;

    private Ipv6Text() {}

    /**
     * Writes the 16 bytes of an address: lower case, no leading zeros, the longest run of two or
     * more zero groups (the first of equals) as {@code ::}.
     *
     * @throws IllegalArgumentException for any other number of bytes
     */
    public static String of(byte[] address) {
        if (address.length != 2 * GROUPS) {
            throw new IllegalArgumentException(
                    "an IPv6 address has 16 bytes, not " + address.length);
        }
        int[] groups = new int[GROUPS];
        for (int i = 0; i < GROUPS; i++) {
            groups[i] = (address[2 * i] & 0xff) << 8 | (address[2 * i + 1] & 0xff);
        }
        int start = 0;
        int length = 0;
        for (int i = 0; i < GROUPS; i++) {
            int end = i;
            while (end < GROUPS && groups[end] == 0) {
                end++;
            }
            if (end - i > length) {
                start = i;
                length = end - i;
            }
        }
        if (length < 2) {
            return joined(groups, 0, GROUPS);
        }
        return joined(groups, 0, start) + "::" + joined(groups, start + length, GROUPS);
    }

    private static String joined(int[] groups, int from, int to) {
        StringBuilder text = new StringBuilder();
        for (int i = from; i < to; i++) {
            text.append(i == from ? "" : ":").append(Integer.toHexString(groups[i]));
        }
        return text.toString();
    }
}
