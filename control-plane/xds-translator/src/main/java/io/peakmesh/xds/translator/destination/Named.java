package io.peakmesh.xds.translator.destination;

import io.peakmesh.model.Service;
import io.peakmesh.model.ServiceName;
import io.peakmesh.model.ServicePort;
import io.peakmesh.xds.translator.MeshView;
import io.peakmesh.xds.translator.name.Authority;
import java.util.List;
import java.util.Optional;

/** What a host name and port stand for, as Kubernetes DNS would resolve the name. */
public sealed interface Named {
    /** A service's port. */
    record ToService(ServiceName service, ServicePort port) implements Named {}

    /**
     * One endpoint of a headless service by its own name, and the port that the client named: DNS
     * would give its address, so no other port is meant.
     */
    record ToInstance(String ip, int port) implements Named {}

    /** The headless service is there, an endpoint of that name is not. */
    record NoSuchInstance(ServiceName service, String hostname) implements Named {}

    /** A DNS name that an ExternalName service stands for. */
    record ToExternal(Authority authority) implements Named {}

    /** The service is there, the port that the client named is not. */
    record NoSuchPort(Service service, int port) implements Named {}

    /** A full service name under the cluster's domain, and no such service. */
    record NoSuchService(ServiceName service) implements Named {}

    /** No name of the cluster. */
    record Unknown() implements Named {}

    /**
     * Reads every form of a service's name: {@code svc} in {@code namespace}, {@code svc.ns},
     * {@code svc.ns.svc} and {@code svc.ns.svc.<cluster domain>}; and of one endpoint of a headless
     * service, {@code pod.svc.ns} and longer.
     *
     * @param namespace the asker's; empty where short names mean nothing
     */
    static Named resolve(Authority authority, Optional<String> namespace, MeshView mesh) {
        if (!authority.dnsName()) {
            return new Unknown();
        }
        String host = authority.host();
        String domain = ".svc." + mesh.settings().clusterDomain();
        boolean full = host.endsWith(domain) || host.endsWith(".svc");
        String shortened =
                host.endsWith(domain)
                        ? host.substring(0, host.length() - domain.length())
                        : host.endsWith(".svc") ? host.substring(0, host.length() - 4) : host;
        String[] labels = shortened.split("\\.", -1);
        if (labels.length == 3) {
            return instance(in(labels[2], labels[1]), labels[0], authority, full, mesh);
        }
        Optional<ServiceName> name =
                switch (labels.length) {
                    case 1 -> full ? Optional.empty() : namespace.map(n -> in(n, labels[0]));
                    case 2 -> Optional.of(new ServiceName(labels[1], labels[0]));
                    default -> Optional.empty();
                };
        return name.map(n -> named(n, authority, full, mesh)).orElse(new Unknown());
    }

    private static ServiceName in(String namespace, String name) {
        return new ServiceName(namespace, name);
    }

    private static Named instance(
            ServiceName name, String hostname, Authority authority, boolean full, MeshView mesh) {
        Optional<Service> service = mesh.service(name);
        if (service.isEmpty()) {
            return full ? new NoSuchService(name) : new Unknown();
        }
        if (!service.get().addresses().isEmpty() || service.get().externalName().isPresent()) {
            return new Unknown();
        }
        return mesh.endpoints(name).stream()
                .flatMap(endpoints -> endpoints.byPort().values().stream())
                .flatMap(List::stream)
                .filter(endpoint -> endpoint.hostname().equals(hostname))
                .findFirst()
                .<Named>map(endpoint -> new ToInstance(endpoint.address(), authority.port()))
                .orElse(full ? new NoSuchInstance(name, hostname) : new Unknown());
    }

    private static Named named(ServiceName name, Authority authority, boolean full, MeshView mesh) {
        Optional<Service> service = mesh.service(name);
        if (service.isEmpty()) {
            return full ? new NoSuchService(name) : new Unknown();
        }
        if (service.get().externalName().isPresent()) {
            return external(service.get().externalName().get(), authority.port(), mesh);
        }
        Optional<ServicePort> port = Backends.tcpPort(service.get(), authority.port());
        if (port.isPresent()) {
            return new ToService(name, port.get());
        }
        return authority.namesPort()
                ? new NoSuchPort(service.get(), authority.port())
                : new Unknown();
    }

    /** One step only, so that external names in a circle end. */
    private static Named external(String host, int port, MeshView mesh) {
        Optional<Authority> target = Authority.parse(host + ":" + port);
        if (target.isEmpty()) {
            return new Unknown();
        }
        String domain = ".svc." + mesh.settings().clusterDomain();
        String[] labels = target.get().host().replace(domain, "").split("\\.", -1);
        if (target.get().host().endsWith(domain) && labels.length == 2) {
            ServiceName name = new ServiceName(labels[1], labels[0]);
            Optional<ServicePort> known = Backends.port(name, port, mesh);
            if (known.isPresent()) {
                return new ToService(name, known.get());
            }
        }
        return new ToExternal(target.get());
    }
}
