package io.peakmesh.model;

import java.util.regex.Pattern;

/**
 * The SPIFFE trust domain: the authority part of every identity in the mesh, for example {@code
 * cluster.local}. Lower-case letters, digits, dots, dashes and underscores, at most 255 bytes
 * (SPIFFE-ID section 2.1).
 */
public record TrustDomain(String name) {
    private static final Pattern FORM = Pattern.compile("[a-z0-9._-]{1,255}");

    public TrustDomain {
        if (!FORM.matcher(name).matches()) {
            throw new IllegalArgumentException("not a trust domain: '" + name + "'");
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
