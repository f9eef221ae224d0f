package io.peakmesh.smi.discovery;

import io.peakmesh.model.ServiceName;
import java.util.Optional;
import java.util.regex.Pattern;

/** Service names as people write them in objects. */
public final class ServiceNames {
    /** RFC 1035 and RFC 1123 labels, as Kubernetes takes them for services and namespaces. */
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

    private ServiceNames() {}

    /**
     * Reads {@code svc}, {@code svc.ns}, {@code svc.ns.svc} or {@code svc.ns.svc.<cluster domain>},
     * each with or without a trailing dot; empty for anything else.
     */
    public static Optional<ServiceName> parse(String text, String namespace, String clusterDomain) {
        if (text.length() > 512) {
            return Optional.empty();
        }
        String name = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
        if (name.endsWith(".svc." + clusterDomain)) {
            name = name.substring(0, name.length() - clusterDomain.length() - 1);
        }
        String[] parts = name.split("\\.", -1);
        boolean form = parts.length <= 2 || (parts.length == 3 && parts[2].equals("svc"));
        if (!form || !isLabel(parts[0]) || (parts.length > 1 && !isLabel(parts[1]))) {
            return Optional.empty();
        }
        return Optional.of(new ServiceName(parts.length > 1 ? parts[1] : namespace, parts[0]));
    }

    static boolean isLabel(String text) {
        return LABEL.matcher(text).matches();
    }
}
