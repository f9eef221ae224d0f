package io.peakmesh.smi.discovery;

import io.peakmesh.model.ServiceName;
import io.peakmesh.smi.derive.Dependents;
import io.peakmesh.smi.object.MeshObject;
import io.peakmesh.smi.object.MeshObject.EndpointSet;
import io.peakmesh.smi.object.MeshObject.EndpointSliceObject;
import io.peakmesh.smi.object.MeshObject.EndpointsObject;
import io.peakmesh.smi.object.ObjectKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The EndpointSlices and Endpoints by service, and which of them name a pod, address or node. */
final class SliceTable {
    /** A pod's name, or an address: one is never taken for the other's absence. */
    private record Mention(String namespace, String podOrAddress) {}

    private final Map<ObjectKey, MeshObject> objects = new HashMap<>();
    private final Map<ServiceName, TreeMap<String, EndpointSliceObject>> slices = new HashMap<>();
    private final Map<ServiceName, EndpointsObject> endpoints = new HashMap<>();
    private final Dependents<Mention, ObjectKey> mentions = new Dependents<>();
    private final Dependents<String, ObjectKey> zonedByNode = new Dependents<>();

    /** Takes a slice; returns the services that this touches: its own, and the one it left. */
    Set<ServiceName> put(EndpointSliceObject slice) {
        if (slice.equals(objects.get(slice.key()))) {
            return Set.of();
        }
        Set<ServiceName> touched = new HashSet<>(remove(slice.key()));
        ServiceName service = service(slice);
        slices.computeIfAbsent(service, s -> new TreeMap<>()).put(slice.meta().name(), slice);
        remember(slice, List.of(slice.set()));
        touched.add(service);
        return touched;
    }

    /** Takes an Endpoints; returns its service unless nothing changed. */
    Set<ServiceName> put(EndpointsObject object) {
        if (object.equals(objects.get(object.key()))) {
            return Set.of();
        }
        endpoints.put(service(object), object);
        remember(object, object.sets());
        return Set.of(service(object));
    }

    Set<ServiceName> remove(ObjectKey key) {
        MeshObject gone = objects.remove(key);
        mentions.set(key, Set.of());
        zonedByNode.set(key, Set.of());
        if (gone == null) {
            return Set.of();
        }
        ServiceName service = service(gone);
        if (gone instanceof EndpointSliceObject) {
            slices.computeIfPresent(
                    service,
                    (name, map) -> {
                        map.remove(key.name());
                        return map.isEmpty() ? null : map;
                    });
        } else {
            endpoints.remove(service);
        }
        return Set.of(service);
    }

    boolean hasSlices(ServiceName service) {
        return slices.containsKey(service);
    }

    boolean has(ServiceName service) {
        return hasSlices(service) || endpoints.containsKey(service);
    }

    Collection<EndpointSliceObject> of(ServiceName service) {
        return slices.getOrDefault(service, new TreeMap<>()).values();
    }

    Optional<EndpointsObject> endpoints(ServiceName service) {
        return Optional.ofNullable(endpoints.get(service));
    }

    /** The services of which a slice or an Endpoints names this pod or one of its addresses. */
    Set<ServiceName> naming(PodFacts pod) {
        List<String> names = new ArrayList<>(pod.addresses());
        names.add(pod.name().name());
        Set<ServiceName> services = new HashSet<>();
        for (String name : names) {
            for (ObjectKey key : mentions.of(new Mention(pod.name().namespace(), name))) {
                addService(key, services);
            }
        }
        return services;
    }

    /** The services with an endpoint that names this node and no zone. */
    Set<ServiceName> zonedBy(String node) {
        Set<ServiceName> services = new HashSet<>();
        zonedByNode.of(node).forEach(key -> addService(key, services));
        return services;
    }

    private void addService(ObjectKey key, Set<ServiceName> services) {
        @Nullable MeshObject object = objects.get(key);
        if (object != null) {
            services.add(service(object));
        }
    }

    private static ServiceName service(MeshObject object) {
        String name =
                object instanceof EndpointSliceObject slice
                        ? slice.service()
                        : object.meta().name();
        return new ServiceName(object.meta().namespace(), name);
    }

    private void remember(MeshObject object, List<EndpointSet> sets) {
        objects.put(object.key(), object);
        Set<Mention> named = new HashSet<>();
        Set<String> nodes = new HashSet<>();
        for (EndpointSet set : sets) {
            for (EndpointSet.Address address : set.addresses()) {
                String namespace = object.meta().namespace();
                address.pod().ifPresent(pod -> named.add(new Mention(namespace, pod)));
                for (String text : address.ips()) {
                    IpText.canonical(text).ifPresent(ip -> named.add(new Mention(namespace, ip)));
                }
                if (address.zone().isEmpty() && !address.node().isEmpty()) {
                    nodes.add(address.node());
                }
            }
        }
        mentions.set(object.key(), named);
        zonedByNode.set(object.key(), nodes);
    }
}
