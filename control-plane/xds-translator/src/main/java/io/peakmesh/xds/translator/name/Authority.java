package io.peakmesh.xds.translator.name;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a request names as its host, taken apart.
 *
 * @param text as the client sent it, in lower case
 * @param host in lower case, without one trailing dot; an IP address without brackets
 * @param port 80 where the client named none
 * @param ip whether the host is an IP address
 */
public record Authority(String text, String host, int port, boolean ip) {
    /** Longer than any DNS name with a port. */
    private static final int MAX_LENGTH = 270;

    /** RFC 3986 reg-name without {@code *}, which Envoy would take as a wildcard domain. */
    private static final Pattern FORM = Pattern.compile("[a-z0-9._~!$&'()+,;=:@%\\[\\]-]+");

    private static final Pattern DNS_LABEL = Pattern.compile("[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?");

    /** Empty for what no client may rightly send: too long, a wildcard, blanks, a bad port. */
    public static Optional<Authority> parse(String sent) {
        String text = sent.toLowerCase(Locale.ROOT);
        if (text.length() > MAX_LENGTH || !FORM.matcher(text).matches()) {
            return Optional.empty();
        }
        int colon = text.lastIndexOf(':');
        boolean bracketed = text.startsWith("[");
        boolean withPort = bracketed ? colon > text.indexOf(']') : colon >= 0;
        String host = withPort ? text.substring(0, colon) : text;
        int port = withPort ? Port.parse(text.substring(colon + 1)) : 80;
        if (port == 0 || host.isEmpty()) {
            return Optional.empty();
        }
        if (bracketed) {
            if (!host.endsWith("]")) {
                return Optional.empty();
            }
            return IpText.canonical(host.substring(1, host.length() - 1))
                    .map(ip -> new Authority(text, ip, port, true));
        }
        Optional<String> ip = IpText.canonical(host);
        if (ip.isPresent()) {
            return Optional.of(new Authority(text, ip.get(), port, true));
        }
        String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        return Optional.of(new Authority(text, name, port, false));
    }

    /** Whether the host has the form of a DNS name (RFC 1123, underscores tolerated). */
    public boolean dnsName() {
        if (ip || host.length() > 253) {
            return false;
        }
        for (String label : host.split("\\.", -1)) {
            if (label.length() > 63 || !DNS_LABEL.matcher(label).matches()) {
                return false;
            }
        }
        return true;
    }

    /** Whether the client named the port itself. */
    public boolean namesPort() {
        return text.endsWith(":" + port);
    }
}
