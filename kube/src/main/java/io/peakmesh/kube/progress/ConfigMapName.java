package io.peakmesh.kube.progress;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/** Names of objects that contain what somebody else has named. */
final class ConfigMapName {
    /** Of the 253 characters of a DNS subdomain. */
    private static final int MAX_PART = 200;

    private static final int HASH_BYTES = 4;

    private ConfigMapName() {}

    /**
     * The prefix with this text if that is good in a name, else with what is left of it and a hash,
     * so that two of them never meet.
     */
    static String of(String prefix, String text) {
        if (text.length() <= MAX_PART && text.matches("[a-z0-9]([a-z0-9-]*[a-z0-9])?")) {
            return prefix + text;
        }
        String safe = text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
        String part = safe.length() > MAX_PART ? safe.substring(0, MAX_PART) : safe;
        return prefix + part + "-" + hash(text);
    }

    private static String hash(String text) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }
}
