package io.peakmesh.smi.discovery;

import io.peakmesh.model.Protocol;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/** What a port speaks, from how it is declared. */
final class Protocols {
    private static final Map<String, Protocol> WORDS =
            Map.ofEntries(
                    Map.entry("http", Protocol.HTTP1),
                    Map.entry("http1", Protocol.HTTP1),
                    Map.entry("kubernetes.io/ws", Protocol.HTTP1),
                    Map.entry("grpc-web", Protocol.HTTP1),
                    Map.entry("http2", Protocol.HTTP2),
                    Map.entry("h2c", Protocol.HTTP2),
                    Map.entry("kubernetes.io/h2c", Protocol.HTTP2),
                    Map.entry("grpc", Protocol.GRPC),
                    Map.entry("tcp", Protocol.TCP),
                    Map.entry("https", Protocol.TCP),
                    Map.entry("tls", Protocol.TCP),
                    Map.entry("kubernetes.io/wss", Protocol.TCP),
                    Map.entry("mongo", Protocol.TCP),
                    Map.entry("mysql", Protocol.TCP),
                    Map.entry("postgres", Protocol.TCP),
                    Map.entry("postgresql", Protocol.TCP),
                    Map.entry("redis", Protocol.TCP));

    private Protocols() {}

    /**
     * The protocol of a port. The first that speaks decides: the transport, whether it is opaque,
     * appProtocol (an unknown one means {@link Protocol#DETECT}), then the port's name, {@code
     * <protocol>} or {@code <protocol>-<anything>} as Istio reads it.
     */
    static Protocol of(String transport, boolean opaque, String appProtocol, String portName) {
        if (transport.equals("UDP")) {
            return Protocol.UDP;
        }
        if (opaque) {
            return Protocol.TCP;
        }
        if (!appProtocol.isEmpty()) {
            return word(appProtocol);
        }
        if (portName.equals("grpc-web") || portName.startsWith("grpc-web-")) {
            return Protocol.HTTP1;
        }
        int dash = portName.indexOf('-');
        return word(dash < 0 ? portName : portName.substring(0, dash));
    }

    private static Protocol word(String text) {
        return WORDS.getOrDefault(text.toLowerCase(Locale.ROOT), Protocol.DETECT);
    }

    /**
     * One protocol for a port that several services name differently: TCP where any says so (bytes
     * that one of them calls opaque must not be looked at), else the only one declared, else what
     * detection finds. UDP counts only where nothing else is said of the number.
     */
    static Protocol merged(SortedSet<Protocol> said) {
        TreeSet<Protocol> declared = new TreeSet<>(said);
        declared.remove(Protocol.DETECT);
        if (said.contains(Protocol.TCP)) {
            return Protocol.TCP;
        }
        if (said.size() > 1) {
            declared.remove(Protocol.UDP);
        }
        return declared.size() == 1 ? declared.first() : Protocol.DETECT;
    }
}
