package io.peakmesh.cli.demo;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads who called from the header that the callee's own sidecar writes after mTLS. */
final class Caller {
    /** The sidecar overwrites it, so that a caller cannot choose what stands in it. */
    static final String HEADER = "x-forwarded-client-cert";

    private static final Pattern URI = Pattern.compile("(?:^|[;,])URI=([^;,]*)");

    private Caller() {}

    /** The caller's SPIFFE ID, or {@code none} if it proved none. */
    static String of(String header) {
        Matcher uri = URI.matcher(header);
        return uri.find() ? uri.group(1) : "none";
    }
}
