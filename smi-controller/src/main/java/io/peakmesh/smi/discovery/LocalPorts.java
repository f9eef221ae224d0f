package io.peakmesh.smi.discovery;

import io.peakmesh.model.LocalPort;
import io.peakmesh.model.ServiceName;
import io.peakmesh.smi.object.Fields;
import io.peakmesh.smi.object.Meta;
import io.peakmesh.smi.object.Report;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * TCP destinations that a pod without redirect declares: {@code
 * <listen>=<service>[.<namespace>]:<port>}, a comma list of at most {@value #MAX}. A bad entry is
 * left out, the others hold.
 */
final class LocalPorts {
    static final String ANNOTATION = "config.peakmesh.io/local-ports";
    static final int MAX = 100;

    private LocalPorts() {}

    static List<LocalPort> read(Meta meta, String clusterDomain, Report report) {
        String text = meta.annotations().getOrDefault(ANNOTATION, "");
        if (text.isBlank()) {
            return List.of();
        }
        String[] items = text.split(",", MAX + 1);
        if (items.length > MAX) {
            report.error(
                    Annotations.path(ANNOTATION), "has more than " + MAX + " entries: remove some");
            return List.of();
        }
        TreeMap<Integer, LocalPort> ports = new TreeMap<>();
        for (String item : items) {
            Optional<LocalPort> port = entry(item.strip(), meta.namespace(), clusterDomain);
            if (port.isEmpty()) {
                report.error(
                        Annotations.path(ANNOTATION),
                        "must be a comma list such as 6379=redis.shop:6379, has "
                                + Fields.quote(item.strip()));
            } else if (ports.putIfAbsent(port.get().listen(), port.get()) != null) {
                report.error(
                        Annotations.path(ANNOTATION),
                        "gives port "
                                + port.get().listen()
                                + " twice, the first one holds: remove one");
            }
        }
        return List.copyOf(ports.values());
    }

    private static Optional<LocalPort> entry(String item, String namespace, String clusterDomain) {
        int equals = item.indexOf('=');
        int colon = item.lastIndexOf(':');
        if (equals < 0 || colon < equals) {
            return Optional.empty();
        }
        Optional<Integer> listen = Annotations.port(item.substring(0, equals).strip());
        Optional<Integer> port = Annotations.port(item.substring(colon + 1).strip());
        Optional<ServiceName> service =
                ServiceNames.parse(
                        item.substring(equals + 1, colon).strip(), namespace, clusterDomain);
        return listen.isPresent() && port.isPresent() && service.isPresent()
                ? Optional.of(new LocalPort(listen.get(), service.get(), port.get()))
                : Optional.empty();
    }
}
