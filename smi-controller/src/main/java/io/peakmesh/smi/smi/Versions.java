package io.peakmesh.smi.smi;

import io.peakmesh.smi.object.Fields;
import io.peakmesh.smi.object.MeshObject.SmiObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which kinds and versions of the SMI APIs are read: all that a release or main ever had. */
final class Versions {
    static final String TARGET = "TrafficTarget";
    static final String GROUP = "HTTPRouteGroup";
    static final String TCP = "TCPRoute";
    static final String UDP = "UDPRoute";
    static final String SPLIT = "TrafficSplit";

    private static final Map<String, String> API_GROUPS =
            Map.of(
                    TARGET,
                    "access.smi-spec.io",
                    "IdentityBinding",
                    "access.smi-spec.io",
                    GROUP,
                    "specs.smi-spec.io",
                    TCP,
                    "specs.smi-spec.io",
                    UDP,
                    "specs.smi-spec.io",
                    SPLIT,
                    "split.smi-spec.io");
    private static final List<String> KNOWN =
            List.of("v1alpha1", "v1alpha2", "v1alpha3", "v1alpha4");

    private Versions() {}

    /** Why an object of this kind and version cannot be read; empty where it can. */
    static Optional<String> problem(SmiObject object) {
        String kind = object.meta().ref().kind();
        String group = API_GROUPS.get(kind);
        if (group == null) {
            return Optional.of(
                    "is of a kind that SMI does not have: use TrafficTarget, HTTPRouteGroup,"
                            + " TCPRoute, UDPRoute or TrafficSplit");
        }
        if (!object.group().equals(group)) {
            return Optional.of(
                    "has the API group " + Fields.quote(object.group()) + ": use " + group);
        }
        if (!KNOWN.contains(object.version())) {
            return Optional.of(
                    "has the version "
                            + Fields.quote(object.version())
                            + " that is not known: use v1alpha1, v1alpha2, v1alpha3 or v1alpha4");
        }
        if (kind.equals("IdentityBinding")) {
            return Optional.of(
                    "is not supported, no release of SMI has it: name ServiceAccounts in the"
                            + " TrafficTarget instead");
        }
        return Optional.empty();
    }
}
