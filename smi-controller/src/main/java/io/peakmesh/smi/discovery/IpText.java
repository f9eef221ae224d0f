package io.peakmesh.smi.discovery;

import io.peakmesh.model.Ipv6Text;
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
                            : Ipv6Text.of(address.getAddress()));
        } catch (IllegalArgumentException notAnAddress) {
            return Optional.empty();
        }
    }

    static boolean isIpv6(String canonical) {
        return canonical.indexOf(':') >= 0;
    }
}
