package io.peakmesh.identity.attest;

import java.io.IOException;

/** Where the keys come from by which a cluster signs its service-account tokens. */
public interface ServiceAccountKeys {
    /**
     * Fetches them anew (OpenID Connect discovery: {@code /.well-known/openid-configuration} and
     * {@code /openid/v1/jwks}); waits at most a few seconds.
     */
    Published fetch() throws IOException;

    /**
     * What a cluster publishes.
     *
     * @param issuer as it stands in every token
     * @param jwks a JSON Web Key Set (RFC 7517)
     */
    record Published(String issuer, String jwks) {}
}
