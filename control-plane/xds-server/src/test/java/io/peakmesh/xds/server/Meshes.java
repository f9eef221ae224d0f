package io.peakmesh.xds.server;

import io.peakmesh.model.AddressOwner;
import io.peakmesh.model.Balancing;
import io.peakmesh.model.Endpoint;
import io.peakmesh.model.Endpoints;
import io.peakmesh.model.Mesh;
import io.peakmesh.model.Protocol;
import io.peakmesh.model.ProxyMode;
import io.peakmesh.model.Service;
import io.peakmesh.model.ServiceAccountName;
import io.peakmesh.model.ServiceName;
import io.peakmesh.model.ServicePort;
import io.peakmesh.model.Settings;
import io.peakmesh.model.TrafficSplit;
import io.peakmesh.model.Workload;
import io.peakmesh.model.WorkloadName;
import io.peakmesh.model.WorkloadPort;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Makes small meshes, keeping the instances of what did not change. */
public final class Meshes {
    private long generation;
    private final TreeMap<ServiceName, Service> services = new TreeMap<>();
    private final TreeMap<ServiceName, Endpoints> endpoints = new TreeMap<>();
    private final TreeMap<WorkloadName, Workload> workloads = new TreeMap<>();
    private final TreeMap<ServiceName, List<TrafficSplit>> splits = new TreeMap<>();
    private final TreeMap<String, AddressOwner> addresses = new TreeMap<>();

    public Meshes service(String name, int port) {
        ServiceName service = ServiceName.parse(name);
        services.put(
                service,
                new Service(
                        service,
                        List.of(new ServicePort("", port, Protocol.HTTP1)),
                        List.of("10.0.0.1"),
                        Optional.empty(),
                        Balancing.DEFAULT,
                        false));
        return this;
    }

    public Meshes withoutService(String name) {
        ServiceName service = ServiceName.parse(name);
        services.remove(service);
        addresses.values().removeIf(new AddressOwner.OfService(service)::equals);
        return this;
    }

    /** The service's cluster IP. */
    public Meshes address(String name, String ip) {
        addresses.put(ip, new AddressOwner.OfService(ServiceName.parse(name)));
        return this;
    }

    /** All of what calls a service goes to another. */
    public Meshes split(String root, String backend) {
        ServiceName service = ServiceName.parse(root);
        TrafficSplit.Backend only = new TrafficSplit.Backend(ServiceName.parse(backend), 1);
        splits.put(service, List.of(new TrafficSplit("split", service, List.of(), List.of(only))));
        return this;
    }

    /** Endpoints on loopback, behind the service's only port. */
    public Meshes endpoints(String name, int... ports) {
        ServiceName service = ServiceName.parse(name);
        List<Endpoint> list =
                java.util.Arrays.stream(ports)
                        .mapToObj(port ->
                                new Endpoint(
                                        "127.0.0.1",
                                        port,
                                        Endpoint.Health.READY,
                                        Optional.empty(),
                                        Optional.empty(),
                                        new ProxyMode.Unmeshed(),
                                        "",
                                        "",
                                        1,
                                        List.of()))
                        .toList();
        TreeMap<Integer, List<Endpoint>> byPort = new TreeMap<>();
        byPort.put(80, list);
        endpoints.put(service, new Endpoints(service, byPort));
        return this;
    }

    /** A workload of the service account {@code default} whose proxy takes its app's calls here. */
    public Meshes workload(String name, String uid, int outboundPort) {
        return workload(name, uid, outboundPort, "");
    }

    /** The same in a zone. */
    public Meshes workload(String name, String uid, int outboundPort, String zone) {
        WorkloadName workload = WorkloadName.parse(name);
        workloads.put(
                workload,
                new Workload(
                        workload,
                        uid,
                        new ServiceAccountName(workload.namespace(), "default"),
                        List.of("127.0.0.1"),
                        new TreeMap<>(),
                        new ProxyMode.MeshPort(15008, outboundPort),
                        List.of(),
                        List.of(),
                        "",
                        zone));
        return this;
    }

    /** The same with another service account and an app that takes HTTP on this port. */
    public Meshes app(String name, String uid, String account, int port) {
        WorkloadName workload = WorkloadName.parse(name);
        workloads.put(
                workload,
                new Workload(
                        workload,
                        uid,
                        new ServiceAccountName(workload.namespace(), account),
                        List.of("127.0.0.1"),
                        new TreeMap<>(),
                        new ProxyMode.MeshPort(15008, 15001),
                        List.of(new WorkloadPort(port, Protocol.HTTP1)),
                        List.of(),
                        "",
                        ""));
        return this;
    }

    public Meshes withoutWorkload(String name) {
        workloads.remove(WorkloadName.parse(name));
        return this;
    }

    public Mesh next() {
        return new Mesh(
                ++generation,
                Settings.byDefault(),
                new TreeMap<>(),
                services,
                endpoints,
                workloads,
                splits,
                new TreeMap<>(),
                addresses,
                List.of());
    }
}
