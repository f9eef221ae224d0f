package io.peakmesh.model;

import java.util.List;
import java.util.Optional;

/**
 * A service: the name that clients call.
 *
 * @param addresses its cluster IPs, empty for a headless service
 * @param externalName the DNS name it stands for (type ExternalName), else empty
 * @param ports in the order of the Service object
 * @param preferSameZone whether callers prefer endpoints of their own zone where no endpoint
 *     carries hints (trafficDistribution PreferClose, PreferSameZone or PreferSameNode)
 */
public record Service(
        ServiceName name,
        List<ServicePort> ports,
        List<String> addresses,
        Optional<String> externalName,
        Balancing balancing,
        boolean preferSameZone) {
    public Service {
        ports = List.copyOf(ports);
        addresses = List.copyOf(addresses);
    }

    public boolean headless() {
        return addresses.isEmpty() && externalName.isEmpty();
    }

    public Optional<ServicePort> port(int number) {
        return ports.stream().filter(p -> p.port() == number).findFirst();
    }
}
