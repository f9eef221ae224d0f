package io.peakmesh.xds.translator.bootstrap;

import static java.nio.charset.StandardCharsets.UTF_8;

/** A probe of the app that its proxy answers for it: what the kubelet would have asked. */
public sealed interface AppProbe {
    int port();

    /**
     * A GET, with the headers that the kubelet sends; any status from 200 to 399 is well.
     *
     * @param path with the query, if any; a slash is put before it where it has none, and what may
     *     not stand in a request line is percent-encoded
     * @param tls whether by HTTPS; nobody's certificate is checked, as the kubelet checks none
     */
    record Http(int port, String path, boolean tls) implements AppProbe {
        public Http {
            valid(port);
            path = requestPath(path);
        }

        private static String requestPath(String path) {
            String whole = path.startsWith("/") ? path : "/" + path;
            int fragment = whole.indexOf('#');
            StringBuilder out = new StringBuilder();
            for (byte b : (fragment < 0 ? whole : whole.substring(0, fragment)).getBytes(UTF_8)) {
                if (b > 0x20 && b < 0x7f) {
                    out.append((char) b);
                } else {
                    out.append("%%%02X".formatted(b & 0xff));
                }
            }
            return out.toString();
        }
    }

    /** A connection, closed again at once. */
    record Tcp(int port) implements AppProbe {
        public Tcp {
            valid(port);
        }
    }

    /**
     * The call {@code grpc.health.v1.Health/Check}, without TLS.
     *
     * @param service as the kubelet sends it, empty for the server as a whole
     */
    record Grpc(int port, String service) implements AppProbe {
        public Grpc {
            valid(port);
        }
    }

    private static void valid(int port) {
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("no port: " + port);
        }
    }
}
