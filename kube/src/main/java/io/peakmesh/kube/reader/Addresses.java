package io.peakmesh.kube.reader;

import io.peakmesh.model.Ipv6Text;
import io.peakmesh.smi.object.Fields;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** IP addresses as text, in one written form each; never a name, so never a DNS look-up. */
final class Addresses {
    private static final String BYTE = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    private static final Pattern IPV4 = Pattern.compile(BYTE + "(\\." + BYTE + "){3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]{2,45}");

    private Addresses() {}

    /**
     * The address in its canonical form (RFC 5952 for IPv6). Empty for anything else, for an IPv4
     * address written as IPv6, and for the unspecified and multicast addresses, where nothing
     * listens.
     */
    static Optional<String> canonical(String text) {
        boolean four = text.length() <= 15 && IPV4.matcher(text).matches();
        boolean six = text.indexOf(':') >= 0 && IPV6.matcher(text).matches();
        if (!four && !six) {
            return Optional.empty();
        }
        try {
            InetAddress address = InetAddress.ofLiteral(text);
            if (address.isAnyLocalAddress() || address.isMulticastAddress()) {
                return Optional.empty();
            }
            return switch (address) {
                case Inet4Address ignored when four -> Optional.of(text);
                case Inet6Address ipv6 -> Optional.of(Ipv6Text.of(ipv6.getAddress()));
                default -> Optional.empty();
            };
        } catch (IllegalArgumentException notAnAddress) {
            return Optional.empty();
        }
    }

    /** One address in a field, reported if it is none. */
    static Optional<String> read(Fields fields, String field, String text) {
        Optional<String> address = canonical(text);
        if (address.isEmpty()) {
            fields.error(field, "must be an IP address to call, is " + Fields.quote(text));
        }
        return address;
    }

    /** A list of addresses. */
    static List<String> readAll(Fields fields, String field, int max) {
        List<String> texts = fields.strings(field, max);
        List<String> result = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            read(fields, field + "[" + i + "]", texts.get(i)).ifPresent(result::add);
        }
        return result;
    }
}
