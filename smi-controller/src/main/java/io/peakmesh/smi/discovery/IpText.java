package io.peakmesh.smi.discovery;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Pattern;

/** IP addresses in one canonical text form (RFC 5952), so that equal addresses are equal texts. */
final class IpText {
    private static final Pattern FORM_4 =
            Pattern.compile("(0|[1-9][0-9]{0,2})(\\.(0|[1-9][0-9]{0,2})){3}");
    private static final Pattern FORM_6 = Pattern.compile("[0-9a-fA-F:.]{2,45}");

    private IpText() {}

    /**
     * The canonical form of an IPv4 or IPv6 literal that can be one host's address; an IPv4-mapped
     * IPv6 address becomes IPv4. Never asks DNS.
     */
    static Optional<String> canonical(String text) {
        boolean six = text.indexOf(':') >= 0;
        if (!(six ? FORM_6 : FORM_4).matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            InetAddress address = InetAddress.ofLiteral(text);
            if (address.isAnyLocalAddress() || address.isMulticastAddress()) {
                return Optional.empty();
            }
            return Optional.of(
                    address instanceof Inet4Address
                            ? address.getHostAddress()
                            : compressed(address.getAddress()));
        } catch (IllegalArgumentException notAnAddress) {
            return Optional.empty();
        }
    }

    static boolean isIpv6(String canonical) {
        return canonical.indexOf(':') >= 0;
    }

    private static String compressed(byte[] bytes) {
        int[] groups = new int[8];
        for (int i = 0; i < 8; i++) {
            groups[i] = (bytes[2 * i] & 0xff) << 8 | (bytes[2 * i + 1] & 0xff);
        }
        int bestStart = -1;
        int bestLength = 1;
        for (int start = 0; start < 8; start++) {
            int length = 0;
            while (start + length < 8 && groups[start + length] == 0) {
                length++;
            }
            if (length > bestLength) {
                bestStart = start;
                bestLength = length;
            }
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            if (i == bestStart) {
                text.append("::");
                i += bestLength - 1;
            } else {
                boolean first = text.isEmpty() || text.charAt(text.length() - 1) == ':';
                text.append(first ? "" : ":").append(Integer.toHexString(groups[i]));
            }
        }
        return text.toString();
    }
}
