package io.peakmesh.smi.discovery;

import io.peakmesh.model.Endpoint.Health;
import io.peakmesh.model.Invalid;
import io.peakmesh.model.Invalid.Cause;
import io.peakmesh.model.ObjectRef;
import io.peakmesh.model.Service;
import io.peakmesh.model.WorkloadName;
import io.peakmesh.smi.discovery.EndpointCollector.Place;
import io.peakmesh.smi.object.Fields;
import io.peakmesh.smi.object.MeshObject.EndpointSet;
import io.peakmesh.smi.object.MeshObject.EndpointSliceObject;
import io.peakmesh.smi.object.MeshObject.EndpointsObject;
import io.peakmesh.smi.object.MeshObject.PodObject;
import io.peakmesh.smi.object.MeshObject.ServiceObject;
import io.peakmesh.smi.object.Report;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What stands behind one service: its EndpointSlices; else its Endpoints; else, so that a folder
 * written by hand works with no controller, the pods that its selector chooses.
 *
 * <p>Limit: at most {@value #MAX_ADDRESSES} addresses are taken from one EndpointSlice or Endpoints
 * object, as Kubernetes writes them.
 */
final class ServiceEndpoints {
    static final int MAX_ADDRESSES = 1_000;

    private final ServiceFacts facts;
    private final PodTable pods;
    private final EndpointCollector collector;
    private final List<Invalid> problems = new ArrayList<>();
    private final SortedSet<WorkloadName> awaited = new TreeSet<>();

    private ServiceEndpoints(ServiceFacts facts, Service model, PodTable pods, NodeTable nodes) {
        this.facts = facts;
        this.pods = pods;
        this.collector = new EndpointCollector(model, pods, nodes);
    }

    static Backing ofSlices(
            ServiceFacts facts,
            Service model,
            Collection<EndpointSliceObject> slices,
            PodTable pods,
            NodeTable nodes) {
        ServiceEndpoints endpoints = new ServiceEndpoints(facts, model, pods, nodes);
        for (EndpointSliceObject slice : slices) {
            endpoints.addSets(slice.meta().ref(), List.of(slice.set()));
        }
        return endpoints.finish();
    }

    static Backing ofEndpoints(
            ServiceFacts facts,
            Service model,
            EndpointsObject object,
            PodTable pods,
            NodeTable nodes) {
        ServiceEndpoints endpoints = new ServiceEndpoints(facts, model, pods, nodes);
        endpoints.addSets(object.meta().ref(), object.sets());
        return endpoints.finish();
    }

    static Backing ofPods(ServiceFacts facts, Service model, PodTable pods, NodeTable nodes) {
        ServiceEndpoints endpoints = new ServiceEndpoints(facts, model, pods, nodes);
        List<PodFacts> chosen =
                pods.in(facts.name().namespace()).stream()
                        .filter(PodFacts::live)
                        .filter(facts::selects)
                        .toList();
        Report report = new Report(facts.object().meta().ref(), endpoints.problems);
        for (ServiceObject.Port port : facts.declared()) {
            endpoints.addPods(port, chosen, report);
        }
        return endpoints.finish();
    }

    private Backing finish() {
        Report report = new Report(facts.object().meta().ref(), problems);
        for (WorkloadName pod : awaited) {
            PodFacts known = pods.get(pod);
            String why =
                    known == null
                            ? " is not known"
                            : known.live()
                                    ? " is another one than is meant, by its UID"
                                    : " ran to its end";
            report.warning(
                    Cause.DANGLING_REFERENCE,
                    "",
                    "Pod "
                            + Fields.quote(pod.name())
                            + why
                            + ", so the endpoint that names it gets no traffic: create it, or remove"
                            + " the endpoint");
        }
        return collector.finish(problems);
    }

    private void addSets(ObjectRef where, List<EndpointSet> sets) {
        Report report = new Report(where, problems);
        int room = MAX_ADDRESSES;
        for (EndpointSet set : sets) {
            for (EndpointSet.Address address : set.addresses()) {
                room -= address.ips().size();
                if (room < 0) {
                    report.error(
                            "",
                            "has more than "
                                    + MAX_ADDRESSES
                                    + " addresses, and the rest is not used: divide it");
                    return;
                }
                addAddress(set, address, report);
            }
            set.ports().forEach(port -> remarkOn(port, report));
        }
    }

    private void remarkOn(EndpointSet.SlicePort port, Report report) {
        if (facts.declared().stream().noneMatch(p -> same(p, port))) {
            String name = port.name().isEmpty() ? "without a name" : Fields.quote(port.name());
            report.warning(
                    "ports",
                    "Service "
                            + facts.name()
                            + " has no "
                            + port.transport()
                            + " port "
                            + name
                            + ", so this one is not used: give both the same name");
        }
    }

    private static boolean same(ServiceObject.Port port, EndpointSet.SlicePort other) {
        return port.name().equals(other.name()) && port.transport().equals(other.transport());
    }

    /**
     * An endpoint that names its pod waits until that pod is known: watches of pods and of slices
     * run apart, and without its pod an endpoint would be called in plaintext, or as whoever had
     * the name before. One that names none (a hand-written endpoint seldom does) belongs to the pod
     * whose address it is.
     */
    private void addAddress(EndpointSet set, EndpointSet.Address address, Report report) {
        Optional<PodFacts> named = Optional.empty();
        if (address.pod().isPresent()) {
            WorkloadName name = new WorkloadName(facts.name().namespace(), address.pod().get());
            named = pods.live(name, address.podUid());
            if (named.isEmpty()) {
                awaited.add(name);
                return;
            }
        }
        for (String text : address.ips()) {
            Optional<String> ip = IpText.canonical(text);
            if (ip.isEmpty()) {
                report.error("endpoints", "must hold IP addresses, one is " + Fields.quote(text));
                continue;
            }
            Optional<PodFacts> pod = named.or(() -> pods.at(facts.name().namespace(), ip.get()));
            for (EndpointSet.SlicePort slicePort : set.ports()) {
                for (ServiceObject.Port port : facts.declared()) {
                    int target = slicePort.port() == 0 ? numericTarget(port) : slicePort.port();
                    if (same(port, slicePort) && target >= 1 && target <= 65535) {
                        collector.add(
                                port.port(),
                                ip.get(),
                                target,
                                health(address),
                                pod,
                                new Place(
                                        address.node(),
                                        address.zone(),
                                        address.forZones(),
                                        address.hostname()));
                    }
                }
            }
        }
    }

    private static Health health(EndpointSet.Address address) {
        if (address.ready()) {
            return Health.READY;
        }
        return address.terminating() && address.serving() ? Health.DRAINING : Health.NOT_READY;
    }

    /** The number in targetPort, else the service's own. */
    private static int numericTarget(ServiceObject.Port port) {
        return Annotations.port(port.targetPort()).orElse(port.port());
    }

    private void addPods(ServiceObject.Port port, List<PodFacts> chosen, Report report) {
        boolean named =
                !port.targetPort().isEmpty() && Annotations.port(port.targetPort()).isEmpty();
        boolean found = !named || chosen.isEmpty();
        for (PodFacts pod : chosen) {
            int target = named ? containerPort(pod, port) : numericTarget(port);
            found |= target > 0;
            for (String address : target > 0 ? pod.addresses() : List.<String>of()) {
                collector.add(
                        port.port(), address, target, health(pod), Optional.of(pod), Place.UNTOLD);
            }
        }
        if (!found) {
            report.warning(
                    "spec.ports[" + facts.object().ports().indexOf(port) + "].targetPort",
                    "no container of the pods that it selects has a "
                            + port.transport()
                            + " port named "
                            + Fields.quote(port.targetPort())
                            + ": name one so, or give a number");
        }
    }

    /** The number of the container port that targetPort names, 0 where the pod has none. */
    private static int containerPort(PodFacts pod, ServiceObject.Port port) {
        return pod.object().ports().stream()
                .filter(p -> p.name().equals(port.targetPort()))
                .filter(p -> p.transport().equals(port.transport()))
                .filter(p -> p.port() >= 1 && p.port() <= 65535)
                .mapToInt(PodObject.ContainerPort::port)
                .findFirst()
                .orElse(0);
    }

    private Health health(PodFacts pod) {
        boolean always = facts.object().publishNotReadyAddresses();
        if (always || (pod.object().ready() && !pod.object().terminating())) {
            return Health.READY;
        }
        return pod.object().ready() ? Health.DRAINING : Health.NOT_READY;
    }
}
