package io.peakmesh.model;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The whole mesh at one moment. Two meshes with the same content are equal but for their {@code
 * generation}; values that did not change from one generation to the next are the same instances,
 * so that a reader can find what changed by identity.
 *
 * @param generation grows with every published mesh
 * @param endpoints by service; a service without any may be absent
 * @param splits by root service, in the order in which they apply: those with matches first, then
 *     by age, then by name; only the first one without matches is kept
 * @param targets TrafficTargets by destination, sorted by name
 * @param addresses IP address → who answers there; an address shared by several workloads is absent
 * @param problems everything that was refused or remarked on, sorted
 */
public record Mesh(
        long generation,
        Settings settings,
        SortedMap<String, Namespace> namespaces,
        SortedMap<ServiceName, Service> services,
        SortedMap<ServiceName, Endpoints> endpoints,
        SortedMap<WorkloadName, Workload> workloads,
        SortedMap<ServiceName, List<TrafficSplit>> splits,
        SortedMap<ServiceAccountName, List<TrafficTarget>> targets,
        SortedMap<String, AddressOwner> addresses,
        List<Invalid> problems) {
    public Mesh {
        namespaces = sealed(namespaces);
        services = sealed(services);
        endpoints = sealed(endpoints);
        workloads = sealed(workloads);
        splits = sealed(splits);
        targets = sealed(targets);
        addresses = sealed(addresses);
        problems = List.copyOf(problems);
    }

    private static <K, V> SortedMap<K, V> sealed(SortedMap<K, V> map) {
        return Collections.unmodifiableSortedMap(new TreeMap<>(map));
    }

    public static Mesh empty(Settings settings) {
        return new Mesh(
                0,
                settings,
                new TreeMap<>(),
                new TreeMap<>(),
                new TreeMap<>(),
                new TreeMap<>(),
                new TreeMap<>(),
                new TreeMap<>(),
                new TreeMap<>(),
                List.of());
    }

    /** The namespace's policy, or the default of a namespace that has no object. */
    public Namespace namespace(String name) {
        Namespace known = namespaces.get(name);
        return known == null ? Namespace.byDefault(name) : known;
    }
}
