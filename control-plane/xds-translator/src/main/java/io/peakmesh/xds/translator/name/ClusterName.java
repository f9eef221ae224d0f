package io.peakmesh.xds.translator.name;

import io.peakmesh.model.ServiceName;
import java.util.Optional;

/**
 * The names of clusters and, for each the same name, of the endpoints behind it: Envoy 1.40 does
 * not hand endpoints that it holds to a second cluster that names them, and lets that one wait
 * instead. {@link #text()} writes the one form that {@link #parse} reads; IPv6 addresses stand in
 * brackets.
 */
public sealed interface ClusterName {
    /** HTTP to a service's own endpoints: {@code svc|shop/catalog|8080}. */
    record Svc(ServiceName service, int port) implements ClusterName {
        @Override
        public String text() {
            return "svc|" + service + "|" + port;
        }
    }

    /** HTTP to where the app's connection was addressed: {@code dst|10.0.0.7:8080}. */
    record Dst(String ip, int port) implements ClusterName {
        @Override
        public String text() {
            return "dst|" + IpText.withPort(ip, port);
        }
    }

    /** Bytes to where the app's connection was addressed: {@code tcp|10.0.0.7:5432}. */
    record Tcp(String ip, int port) implements ClusterName {
        @Override
        public String text() {
            return "tcp|" + IpText.withPort(ip, port);
        }
    }

    /** Bytes to a service that a workload declared as a local port: {@code local|shop/db|5432}. */
    record Local(ServiceName service, int port) implements ClusterName {
        @Override
        public String text() {
            return "local|" + service + "|" + port;
        }
    }

    /** The proxy's own app: {@code inbound|8080}. */
    record Inbound(int port) implements ClusterName {
        @Override
        public String text() {
            return "inbound|" + port;
        }
    }

    /** Where no proxy has a say: the connection's original destination, untouched. */
    record Passthrough() implements ClusterName {
        @Override
        public String text() {
            return "passthrough";
        }
    }

    /** The proxy's own app, on a port that nobody declared: where the caller addressed it. */
    record Undeclared() implements ClusterName {
        @Override
        public String text() {
            return "undeclared";
        }
    }

    /** Plaintext to a name outside the mesh, or an address: {@code dns|example.com:8080}. */
    record Dns(Authority authority) implements ClusterName {
        @Override
        public String text() {
            return "dns|" + authority.text();
        }
    }

    /** A service's endpoints for a client that is gRPC itself: {@code grpc|shop/catalog|8080}. */
    record Grpc(ServiceName service, int port) implements ClusterName {
        @Override
        public String text() {
            return "grpc|" + service + "|" + port;
        }
    }

    /** The name as Envoy sees it. */
    String text();

    /**
     * Empty for anything that {@link #text} does not write; only the authority in a {@link Dns} may
     * come in any case, since it is the client's own.
     */
    static Optional<ClusterName> parse(String text) {
        return read(text)
                .filter(name ->
                        name instanceof Dns
                                ? name.text().equalsIgnoreCase(text)
                                : name.text().equals(text));
    }

    private static Optional<ClusterName> read(String text) {
        if (text.equals("passthrough")) {
            return Optional.of(new Passthrough());
        }
        if (text.equals("undeclared")) {
            return Optional.of(new Undeclared());
        }
        int bar = text.indexOf('|');
        if (bar < 0) {
            return Optional.empty();
        }
        String rest = text.substring(bar + 1);
        return switch (text.substring(0, bar)) {
            case "svc" -> service(rest).map(s -> new Svc(s.name(), s.port()));
            case "local" -> service(rest).map(s -> new Local(s.name(), s.port()));
            case "grpc" -> service(rest).map(s -> new Grpc(s.name(), s.port()));
            case "dst" -> address(rest).map(a -> new Dst(a.host(), a.port()));
            case "tcp" -> address(rest).map(a -> new Tcp(a.host(), a.port()));
            case "dns" -> Authority.parse(rest).map(Dns::new);
            case "inbound" -> {
                int port = Port.parse(rest);
                yield port == 0 ? Optional.empty() : Optional.of(new Inbound(port));
            }
            default -> Optional.empty();
        };
    }

    private static Optional<Authority> address(String text) {
        return Authority.parse(text).filter(Authority::ip);
    }

    private static Optional<ServiceAndPort> service(String text) {
        int bar = text.lastIndexOf('|');
        int port = bar < 0 ? 0 : Port.parse(text.substring(bar + 1));
        if (port == 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(new ServiceAndPort(ServiceName.parse(text.substring(0, bar)), port));
        } catch (IllegalArgumentException notAService) {
            return Optional.empty();
        }
    }

    /** A service and one of its ports. */
    record ServiceAndPort(ServiceName name, int port) {}
}
