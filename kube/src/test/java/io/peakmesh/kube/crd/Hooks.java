package io.peakmesh.kube.crd;

/** A webhook with a certificate that nothing trusts. */
final class Hooks {
    static final String PEM =
            """
            -----BEGIN CERTIFICATE-----
            MIIBeTCCAR+gAwIBAgIUDUDzAFhZR4o4Yb/nTa0pT5tLvH4wCgYIKoZIzj0EAwIw
            EjEQMA4GA1UEAwwHdGVzdC1jYTAeFw0yNjExMjMxNzQ4MThaFw0yNjExMjUxNzQ4
            MThaMBIxEDAOBgNVBAMMB3Rlc3QtY2EwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC
            AAQyspUugi1VFtEAHsSRMr5gG3/YBUcIa7kNWaiE987Q1BLM2l6rmFrTeJp31rbL
            lvSLc3VLF/3n7JV19Pss1pWJo1MwUTAdBgNVHQ4EFgQU8VZesbfGGLxVp6YMwd6k
            BkcbsmEwHwYDVR0jBBgwFoAU8VZesbfGGLxVp6YMwd6kBkcbsmEwDwYDVR0TAQH/
            BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiEA6+3bj5ZkRzMJOxMS7OjUJRLdw9JS
            wmZhVfBcueRRWP8CIBrtR1X19aRKAgPJqmYfZ+RnEwYjzPK79Cpsy6UQjRrV
            -----END CERTIFICATE-----
            """;

    private Hooks() {}

    static WebhookTarget target(String pem) {
        return new WebhookTarget("peakmesh", "control-plane", 8443, pem);
    }
}
