package io.peakmesh.smi.discovery;

import io.peakmesh.model.AddressOwner;
import io.peakmesh.model.Endpoints;
import io.peakmesh.model.Invalid;
import io.peakmesh.model.Namespace;
import io.peakmesh.model.Service;
import io.peakmesh.model.ServiceName;
import io.peakmesh.model.Workload;
import io.peakmesh.model.WorkloadName;
import io.peakmesh.smi.derive.Derived;
import io.peakmesh.smi.discovery.Backing.Targeted;
import io.peakmesh.smi.object.MeshObject;
import io.peakmesh.smi.object.MeshObject.EndpointSliceObject;
import io.peakmesh.smi.object.MeshObject.EndpointsObject;
import io.peakmesh.smi.object.MeshObject.NamespaceObject;
import io.peakmesh.smi.object.MeshObject.NodeObject;
import io.peakmesh.smi.object.MeshObject.PodObject;
import io.peakmesh.smi.object.MeshObject.ServiceObject;
import io.peakmesh.smi.object.ObjectKey;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what Kubernetes objects say and what follows from it: {@link #accept} and {@link #remove}
 * only note what an object touches, {@link #settle} recomputes that and nothing else.
 */
public final class Discovery {
    private final String clusterDomain;
    private final TreeMap<String, NamespaceFacts> namespaceFacts = new TreeMap<>();
    private final TreeMap<ServiceName, ServiceFacts> serviceFacts = new TreeMap<>();
    private final SliceTable slices = new SliceTable();
    private final PodTable pods = new PodTable();
    private final NodeTable nodes = new NodeTable();
    private final Map<ServiceName, Backing> backings = new TreeMap<>();
    private final Map<WorkloadName, TreeMap<ServiceName, Targeted>> targeted = new TreeMap<>();
    private final AddressBook addresses = new AddressBook();

    private final Derived<String, Namespace> namespaces = new Derived<>();
    private final Derived<ServiceName, Service> services = new Derived<>();
    private final Derived<ServiceName, Endpoints> endpoints = new Derived<>();
    private final Derived<WorkloadName, Workload> workloads = new Derived<>();
    private final Derived<ObjectKey, List<Invalid>> problems = new Derived<>();

    private final Set<String> touchedNamespaces = new TreeSet<>();
    private final Set<ServiceName> touchedServices = new TreeSet<>();
    private final Set<ServiceName> touchedEndpoints = new TreeSet<>();
    private final Set<WorkloadName> touchedWorkloads = new TreeSet<>();

    public Discovery(String clusterDomain) {
        this.clusterDomain = clusterDomain;
    }

    public Derived<String, Namespace> namespaces() {
        return namespaces;
    }

    public Derived<ServiceName, Service> services() {
        return services;
    }

    public Derived<ServiceName, Endpoints> endpoints() {
        return endpoints;
    }

    public Derived<WorkloadName, Workload> workloads() {
        return workloads;
    }

    public Derived<String, AddressOwner> addresses() {
        return addresses.owners();
    }

    /** Everything refused or remarked on, by object. */
    public Derived<ObjectKey, List<Invalid>> problems() {
        return problems;
    }

    /** Takes a new object, or a new version of one; kinds that say nothing here are let pass. */
    public void accept(MeshObject object) {
        switch (object) {
            case NamespaceObject namespace -> acceptNamespace(namespace);
            case ServiceObject service -> acceptService(service);
            case EndpointSliceObject slice -> touchedEndpoints.addAll(slices.put(slice));
            case EndpointsObject sets -> touchedEndpoints.addAll(slices.put(sets));
            case PodObject pod -> acceptPod(pod);
            case NodeObject node -> acceptNode(node);
            case MeshObject.ServiceAccountObject _, MeshObject.SmiObject _ -> {}
        }
    }

    /** Forgets an object; one that was never known is let pass. */
    public void remove(ObjectKey key) {
        switch (key.kind()) {
            case "Namespace" -> {
                if (namespaceFacts.remove(key.name()) != null) {
                    touchNamespace(key.name());
                }
            }
            case "Service" -> {
                ServiceName name = new ServiceName(key.namespace(), key.name());
                if (serviceFacts.remove(name) != null) {
                    touchedServices.add(name);
                }
            }
            case "EndpointSlice", "Endpoints" -> touchedEndpoints.addAll(slices.remove(key));
            case "Pod" -> {
                WorkloadName name = new WorkloadName(key.namespace(), key.name());
                PodFacts before = pods.get(name);
                if (before != null) {
                    pods.remove(name);
                    touchPod(before);
                }
            }
            case "Node" -> {
                if (nodes.remove(key.name())) {
                    touchNode(key.name());
                }
            }
            default -> {}
        }
        report("", key, List.of());
    }

    /** Recomputes what was touched; returns the services whose model or existence changed. */
    public Set<ServiceName> settle() {
        for (String name : drain(touchedNamespaces)) {
            namespaces.set(
                    name,
                    Optional.ofNullable(namespaceFacts.get(name)).map(NamespaceFacts::policy));
        }
        Set<ServiceName> changed = new HashSet<>();
        for (ServiceName name : drain(touchedServices)) {
            ServiceFacts facts = serviceFacts.get(name);
            Optional<OpaquePorts> opaque = opaqueIn(name.namespace());
            if (services.set(name, Optional.ofNullable(facts).map(known -> known.model(opaque)))) {
                changed.add(name);
            }
            report(
                    "balancing",
                    new ObjectKey("Service", name.namespace(), name.name()),
                    facts == null
                            ? List.of()
                            : facts.balancingProblems(services.get(name).orElseThrow()));
            claimFor(name);
            touchedEndpoints.add(name);
        }
        drain(touchedEndpoints).forEach(this::settleEndpoints);
        drain(touchedWorkloads).forEach(this::settleWorkload);
        return changed;
    }

    private void acceptNamespace(NamespaceObject object) {
        String name = object.meta().name();
        NamespaceFacts before = namespaceFacts.get(name);
        NamespaceFacts facts = NamespaceFacts.of(object, before);
        namespaceFacts.put(name, facts);
        touchedNamespaces.add(name);
        report("", object.key(), facts.problems());
        if (before == null || !before.opaque().equals(facts.opaque())) {
            touchNamespace(name);
        }
    }

    private void touchNamespace(String name) {
        touchedNamespaces.add(name);
        touchedServices.addAll(servicesIn(name).keySet());
        pods.in(name).forEach(pod -> touchedWorkloads.add(pod.name()));
    }

    private Optional<OpaquePorts> opaqueIn(String namespace) {
        NamespaceFacts facts = namespaceFacts.get(namespace);
        return facts == null ? Optional.empty() : facts.opaque();
    }

    private Map<ServiceName, ServiceFacts> servicesIn(String namespace) {
        return serviceFacts.subMap(
                new ServiceName(namespace, ""), new ServiceName(namespace + '\0', ""));
    }

    private void acceptService(ServiceObject object) {
        ServiceName name = new ServiceName(object.meta().namespace(), object.meta().name());
        ServiceFacts before = serviceFacts.get(name);
        ServiceFacts facts = ServiceFacts.of(object, before);
        if (!facts.equals(before)) {
            serviceFacts.put(name, facts);
            touchedServices.add(name);
            report("", object.key(), facts.problems());
        }
    }

    private void acceptPod(PodObject object) {
        PodFacts before =
                pods.get(new WorkloadName(object.meta().namespace(), object.meta().name()));
        PodFacts facts = PodFacts.of(object, before, clusterDomain);
        if (!facts.equals(before)) {
            if (before != null) {
                touchPod(before);
            }
            pods.put(facts);
            touchPod(facts);
            report("", object.key(), facts.problems());
        }
    }

    /** Every service that this pod stands behind, by its selector or because a slice names it. */
    private void touchPod(PodFacts pod) {
        touchedWorkloads.add(pod.name());
        touchedEndpoints.addAll(slices.naming(pod));
        servicesIn(pod.name().namespace())
                .forEach((name, service) -> {
                    if (!slices.has(name) && service.selects(pod)) {
                        touchedEndpoints.add(name);
                    }
                });
    }

    private void acceptNode(NodeObject object) {
        List<Invalid> found = new ArrayList<>();
        if (nodes.put(object, found)) {
            touchNode(object.meta().name());
        }
        report("", object.key(), List.copyOf(found));
    }

    /** Everything that has its zone from this node. */
    private void touchNode(String name) {
        touchedEndpoints.addAll(slices.zonedBy(name));
        pods.zonedBy(name).forEach(this::touchPod);
    }

    private void settleEndpoints(ServiceName name) {
        Backing backing = backing(name);
        Backing before = backings.getOrDefault(name, Backing.NONE);
        if (backing.equals(before)) {
            return;
        }
        backings.put(name, backing);
        endpoints.set(name, backing.endpoints());
        report(
                "endpoints",
                new ObjectKey("Service", name.namespace(), name.name()),
                backing.problems());
        Set<WorkloadName> named = new TreeSet<>(before.targeted().keySet());
        named.addAll(backing.targeted().keySet());
        for (WorkloadName workload : named) {
            Targeted now = backing.targeted().get(workload);
            if (now == null || !now.equals(before.targeted().get(workload))) {
                retarget(workload, name, now);
            }
        }
        if (backing.equals(Backing.NONE)) {
            backings.remove(name);
        }
    }

    private void retarget(WorkloadName workload, ServiceName service, @Nullable Targeted now) {
        TreeMap<ServiceName, Targeted> all =
                targeted.computeIfAbsent(workload, w -> new TreeMap<>());
        if (now == null) {
            all.remove(service);
        } else {
            all.put(service, now);
        }
        if (all.isEmpty()) {
            targeted.remove(workload);
        }
        touchedWorkloads.add(workload);
    }

    private Backing backing(ServiceName name) {
        ServiceFacts facts = serviceFacts.get(name);
        Optional<Service> model = services.get(name);
        if (facts == null || model.isEmpty() || facts.external()) {
            return Backing.NONE;
        }
        if (slices.hasSlices(name)) {
            return ServiceEndpoints.ofSlices(facts, model.get(), slices.of(name), pods, nodes);
        }
        return slices.endpoints(name)
                .map(sets -> ServiceEndpoints.ofEndpoints(facts, model.get(), sets, pods, nodes))
                .orElseGet(() -> ServiceEndpoints.ofPods(facts, model.get(), pods, nodes));
    }

    private void settleWorkload(WorkloadName name) {
        PodFacts pod = pods.get(name);
        Optional<Workload> workload =
                pod != null && pod.live()
                        ? Optional.of(
                                Workloads.of(
                                        pod,
                                        nodes.zone(pod),
                                        opaqueIn(name.namespace()),
                                        targeted.getOrDefault(name, new TreeMap<>()).values()))
                        : Optional.empty();
        workloads.set(name, workload);
        Set<String> own =
                pod != null && pod.ownsAddresses() ? Set.copyOf(pod.addresses()) : Set.of();
        remarkOnSharing(addresses.claim(new AddressOwner.OfWorkload(name), own));
    }

    private void claimFor(ServiceName name) {
        AddressOwner.OfService owner = new AddressOwner.OfService(name);
        Set<String> own = services.get(name).map(s -> Set.copyOf(s.addresses())).orElse(Set.of());
        Set<AddressOwner> affected = new HashSet<>(addresses.claim(owner, own));
        affected.add(owner);
        remarkOnSharing(affected);
    }

    private void remarkOnSharing(Set<AddressOwner> owners) {
        for (AddressOwner owner : owners) {
            if (owner instanceof AddressOwner.OfService(ServiceName name)) {
                ServiceFacts facts = serviceFacts.get(name);
                report(
                        "addresses",
                        new ObjectKey("Service", name.namespace(), name.name()),
                        facts == null ? List.of() : sharedAddresses(facts));
            }
        }
    }

    private List<Invalid> sharedAddresses(ServiceFacts facts) {
        return services.get(facts.name()).map(Service::addresses).orElse(List.of()).stream()
                .filter(address -> addresses.claimants(address).size() > 1)
                .map(address ->
                        Invalid.warning(
                                facts.object().meta().ref(),
                                "spec.clusterIPs",
                                address
                                        + " is the address of another service or pod too,"
                                        + " so it leads to none: give each its own"))
                .toList();
    }

    /** Each stage replaces only what it said itself: the stage is part of the key. */
    private void report(String stage, ObjectKey key, List<Invalid> found) {
        ObjectKey place = new ObjectKey(key.kind() + "/" + stage, key.namespace(), key.name());
        problems.set(place, found.isEmpty() ? Optional.empty() : Optional.of(found));
    }

    private static <T> List<T> drain(Set<T> touched) {
        List<T> all = List.copyOf(touched);
        touched.clear();
        return all;
    }
}
