package io.peakmesh.xds.translator.name;

import io.peakmesh.model.Ipv6Text;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Pattern;

/** IP addresses as text, without ever asking DNS. */
public final class IpText {
    private static final Pattern IPV4 =
            Pattern.compile("(0|[1-9]\\d{0,2})(\\.(0|[1-9]\\d{0,2})){3}");

    private IpText() {}

    /**
     * The canonical form of an address without brackets: dotted decimal, or RFC 5952; empty for
     * anything that is not an address.
     */
    public static Optional<String> canonical(String text) {
        try {
            if (IPV4.matcher(text).matches()) {
                return Optional.of(Inet4Address.ofLiteral(text).getHostAddress());
            }
            if (text.indexOf(':') < 0 || text.indexOf('%') >= 0) {
                return Optional.empty();
            }
            InetAddress address = Inet6Address.ofLiteral(text);
            return Optional.of(
                    address instanceof Inet4Address
                            ? "::ffff:" + address.getHostAddress()
                            : Ipv6Text.of(address.getAddress()));
        } catch (IllegalArgumentException notAnAddress) {
            return Optional.empty();
        }
    }

    /** {@code ip:port}, an IPv6 address in brackets. */
    public static String withPort(String ip, int port) {
        return (isIpv6(ip) ? "[" + ip + "]" : ip) + ":" + port;
    }

    public static boolean isIpv6(String ip) {
        return ip.indexOf(':') >= 0;
    }
}
