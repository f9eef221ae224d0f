package io.peakmesh.kube.reader;

import static java.util.Map.entry;

import io.peakmesh.model.ObjectRef;
import io.peakmesh.smi.object.Fields;
import io.peakmesh.smi.object.MeshObject;
import io.peakmesh.smi.object.Meta;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The kinds that the mesh reads, in which API versions, and who decodes them. */
final class Kinds {
    private static final Pattern SMI_VERSION =
            Pattern.compile("v[0-9]{1,3}((alpha|beta)[0-9]{1,3})?");

    /** Groups of well-known projects whose kinds share a name with one of ours. */
    private static final Set<String> FOREIGN_GROUPS =
            Set.of(
                    "serving.knative.dev",
                    "gateway.networking.k8s.io",
                    "config.openshift.io",
                    "longhorn.io");

    /**
     * One kind.
     *
     * @param group its API group, empty for the core group
     * @param exactVersions the versions taken; empty for SMI, which is passed on in any version
     */
    record Kind(
            String group,
            List<String> exactVersions,
            boolean namespaced,
            Names.Form name,
            BiFunction<Fields, Meta, MeshObject> decoder) {
        boolean takes(String apiVersion) {
            if (!exactVersions.isEmpty()) {
                return exactVersions.stream().anyMatch(v -> full(v).equals(apiVersion));
            }
            String prefix = group + "/";
            return apiVersion.startsWith(prefix)
                    && SMI_VERSION.matcher(apiVersion.substring(prefix.length())).matches();
        }

        /** The versions taken, for people. */
        String versions() {
            return exactVersions.isEmpty()
                    ? group + "/v1alpha…"
                    : exactVersions.stream().map(this::full).collect(Collectors.joining(" or "));
        }

        Optional<MeshObject> decode(Fields fields, ObjectRef ref, String apiVersion) {
            Optional<Meta> meta = Metadata.decode(fields, ref, this);
            if (meta.isEmpty()) {
                return Optional.empty();
            }
            if (exactVersions.isEmpty()) {
                String version = apiVersion.substring(apiVersion.indexOf('/') + 1);
                return Optional.of(
                        new MeshObject.SmiObject(meta.get(), group, version, body(fields)));
            }
            return Optional.of(decoder.apply(fields, meta.get()));
        }

        private String full(String version) {
            return group.isEmpty() ? version : group + "/" + version;
        }

        private static Map<String, Object> body(Fields fields) {
            Map<String, Object> body = new TreeMap<>();
            for (String name : fields.names()) {
                if (!Set.of("apiVersion", "kind", "metadata").contains(name)) {
                    fields.raw(name).ifPresent(value -> body.put(name, value));
                }
            }
            return body;
        }
    }

    private static final Map<String, Kind> ALL =
            Map.ofEntries(
                    entry(
                            "Namespace",
                            wide(Names.Form.LABEL, only(MeshObject.NamespaceObject::new))),
                    entry("Node", wide(Names.Form.SUBDOMAIN, only(MeshObject.NodeObject::new))),
                    entry(
                            "ServiceAccount",
                            core(Names.Form.SUBDOMAIN, only(MeshObject.ServiceAccountObject::new))),
                    entry("Service", core(Names.Form.LABEL, ServiceDecoder::decode)),
                    entry("Endpoints", core(Names.Form.SUBDOMAIN, EndpointsDecoder::endpoints)),
                    entry("Pod", core(Names.Form.SUBDOMAIN, PodDecoder::decode)),
                    entry(
                            "EndpointSlice",
                            new Kind(
                                    "discovery.k8s.io",
                                    List.of("v1", "v1beta1"),
                                    true,
                                    Names.Form.SUBDOMAIN,
                                    EndpointsDecoder::slice)),
                    entry("TrafficTarget", smi("access.smi-spec.io")),
                    entry("HTTPRouteGroup", smi("specs.smi-spec.io")),
                    entry("TCPRoute", smi("specs.smi-spec.io")),
                    entry("UDPRoute", smi("specs.smi-spec.io")),
                    entry("TrafficSplit", smi("split.smi-spec.io")));

    private Kinds() {}

    static Optional<Kind> find(String kind) {
        return Optional.ofNullable(ALL.get(kind));
    }

    /** Whether this is another project's kind: a Gateway API TCPRoute, a Knative Service. */
    static boolean foreign(String apiVersion) {
        int slash = apiVersion.indexOf('/');
        return slash > 0 && FOREIGN_GROUPS.contains(apiVersion.substring(0, slash));
    }

    private static Kind core(Names.Form name, BiFunction<Fields, Meta, MeshObject> decoder) {
        return new Kind("", List.of("v1"), true, name, decoder);
    }

    /** A core kind of the whole cluster, in no namespace. */
    private static Kind wide(Names.Form name, BiFunction<Fields, Meta, MeshObject> decoder) {
        return new Kind("", List.of("v1"), false, name, decoder);
    }

    private static Kind smi(String group) {
        return new Kind(
                group,
                List.of(),
                true,
                Names.Form.SUBDOMAIN,
                (fields, meta) -> {
                    throw new IllegalStateException("SMI objects are passed on undecoded");
                });
    }

    private static BiFunction<Fields, Meta, MeshObject> only(Function<Meta, MeshObject> of) {
        return (fields, meta) -> of.apply(meta);
    }
}
