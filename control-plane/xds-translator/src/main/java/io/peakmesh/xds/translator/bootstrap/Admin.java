package io.peakmesh.xds.translator.bootstrap;

/** Where Envoy's admin interface listens: never on an address that others can reach. */
public sealed interface Admin {
    /** A unix socket, mode 0600. */
    record Socket(String path) implements Admin {}

    /** A loopback address. */
    record Loopback(String address, int port) implements Admin {
        public Loopback {
            if (!address.startsWith("127.") && !address.equals("::1")) {
                throw new IllegalArgumentException("not a loopback address: " + address);
            }
        }
    }
}
