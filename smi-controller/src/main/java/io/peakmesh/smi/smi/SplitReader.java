package io.peakmesh.smi.smi;

import io.peakmesh.model.ServiceName;
import io.peakmesh.smi.discovery.ServiceNames;
import io.peakmesh.smi.object.Fields;
import io.peakmesh.smi.object.Meta;
import io.peakmesh.smi.object.ObjectKey;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads a TrafficSplit. Root and backends are services of the split's own namespace, in any form
 * that {@link ServiceNames} reads.
 *
 * <p>Limits: {@value #MAX_BACKENDS} backends, {@value #MAX_MATCHES} matches.
 */
final class SplitReader {
    static final int MAX_BACKENDS = 1_000;
    static final int MAX_MATCHES = 1_000;

    private final Fields root;
    private final Meta meta;
    private final String version;
    private final String clusterDomain;

    private SplitReader(Fields root, Meta meta, String version, String clusterDomain) {
        this.root = root;
        this.meta = meta;
        this.version = version;
        this.clusterDomain = clusterDomain;
    }

    static Parsed.Split read(Fields root, Meta meta, String version, String clusterDomain) {
        return new SplitReader(root, meta, version, clusterDomain).split();
    }

    private Parsed.Split split() {
        Fields spec = root.requiredObject("spec");
        spec.refuseOthersThan(List.of("service", "backends", "matches"));
        return new Parsed.Split(
                root.where(), meta.created(), service(spec), backends(spec), matches(spec));
    }

    private ServiceName service(Fields at) {
        ServiceName unread = new ServiceName(meta.namespace(), "");
        String text = at.string("service");
        if (text.isEmpty()) {
            return unread;
        }
        Optional<ServiceName> name = ServiceNames.parse(text, meta.namespace(), clusterDomain);
        if (name.isEmpty()) {
            at.error(
                    "service",
                    "must be a service such as shop or shop."
                            + meta.namespace()
                            + ".svc."
                            + clusterDomain
                            + ", is "
                            + Fields.quote(text));
            return unread;
        }
        if (!name.get().namespace().equals(meta.namespace())) {
            at.error(
                    "service",
                    "is of the namespace "
                            + Fields.quote(name.get().namespace())
                            + ", but a TrafficSplit divides services of its own: use one of "
                            + meta.namespace());
        }
        return name.get();
    }

    private List<Parsed.Leaf> backends(Fields spec) {
        List<Fields> items =
                spec.filledList(
                        "backends",
                        MAX_BACKENDS,
                        "must name at least one service: add one with a weight");
        List<ServiceName> services = new ArrayList<>();
        List<BigDecimal> weights = new ArrayList<>();
        for (Fields item : items) {
            item.refuseOthersThan(List.of("service", "weight"));
            ServiceName service = service(item);
            if (services.contains(service) && !service.name().isEmpty()) {
                item.error("service", "is listed before: keep one, with the sum of both weights");
            }
            services.add(service);
            weights.add(Weights.read(item, version));
        }
        List<Integer> scaled = Weights.scaled(weights, spec);
        List<Parsed.Leaf> leaves = new ArrayList<>();
        for (int i = 0; i < scaled.size(); i++) {
            leaves.add(
                    new Parsed.Leaf(services.get(i), scaled.get(i), items.get(i).path("service")));
        }
        return leaves;
    }

    private List<Parsed.Reference> matches(Fields spec) {
        List<Parsed.Reference> matches = new ArrayList<>();
        for (Fields item : spec.list("matches", MAX_MATCHES)) {
            item.refuseOthersThan(List.of("kind", "name", "apiGroup"));
            String kind = item.string("kind", Versions.GROUP);
            if (!kind.equals(Versions.GROUP)) {
                item.error("kind", "must be HTTPRouteGroup, is " + Fields.quote(kind));
            }
            matches.add(
                    new Parsed.Reference(
                            new ObjectKey(Versions.GROUP, meta.namespace(), item.string("name")),
                            List.of(),
                            item.path()));
        }
        return matches;
    }
}
