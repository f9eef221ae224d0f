package io.peakmesh.identity.issue;

import java.util.regex.Pattern;

/** Host names as certificates and their name constraints can hold them (RFC 1123 section 2.1). */
final class DnsName {
    /** RFC 1035 section 2.3.4, without the root's dot. */
    static final int MAX_LENGTH = 253;

    private static final String LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
    private static final Pattern FORM = Pattern.compile(LABEL + "(\\." + LABEL + ")*");
    private static final Pattern ENDS_IN_NUMBER = Pattern.compile("(.*\\.)?[0-9]+");

    private DnsName() {}

    static boolean isValid(String name) {
        return name.length() <= MAX_LENGTH && FORM.matcher(name).matches();
    }

    /** A name whose last label is a number is taken for an IP address by URI parsers. */
    static boolean looksLikeAddress(String name) {
        return ENDS_IN_NUMBER.matcher(name).matches();
    }
}
