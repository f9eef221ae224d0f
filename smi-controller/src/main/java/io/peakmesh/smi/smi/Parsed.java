package io.peakmesh.smi.smi;

import io.peakmesh.model.HttpMatch;
import io.peakmesh.model.ObjectRef;
import io.peakmesh.model.Ports;
import io.peakmesh.model.ServiceAccountName;
import io.peakmesh.model.ServiceName;
import io.peakmesh.model.Source;
import io.peakmesh.smi.object.ObjectKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** An SMI object that is right by itself; what it refers to may still be missing. */
sealed interface Parsed {
    /** An HTTPRouteGroup; its matches have names of their own. */
    record Group(List<HttpMatch> matches) implements Parsed {
        public Group {
            matches = List.copyOf(matches);
        }
    }

    /**
     * A TCPRoute or UDPRoute.
     *
     * @param match the name of its match, empty where it has none
     */
    record PortRoute(String match, Ports ports) implements Parsed {}

    /**
     * A TrafficTarget.
     *
     * @param port the destination's port that versions before v1alpha3 may give: it narrows all
     *     rules
     */
    record Target(
            ObjectRef where,
            ServiceAccountName destination,
            Optional<Integer> port,
            List<Source> sources,
            List<Reference> rules)
            implements Parsed {
        public Target {
            sources = List.copyOf(sources);
            rules = List.copyOf(rules);
        }

        String name() {
            return where.namespace() + "/" + where.name();
        }
    }

    /** A TrafficSplit; {@code matches} tells one without matches from one whose matches dangle. */
    record Split(
            ObjectRef where,
            Optional<Instant> created,
            ServiceName root,
            List<Leaf> backends,
            List<Reference> matches)
            implements Parsed {
        public Split {
            backends = List.copyOf(backends);
            matches = List.copyOf(matches);
        }

        String name() {
            return where.namespace() + "/" + where.name();
        }

        boolean matched() {
            return !matches.isEmpty();
        }
    }

    /** A backend with its path in the object. */
    record Leaf(ServiceName service, int weight, String path) {}

    /**
     * A route that a target or a split refers to.
     *
     * @param matches names of matches in it; empty means all of them
     * @param path where the reference stands
     */
    record Reference(ObjectKey route, List<String> matches, String path) {
        public Reference {
            matches = List.copyOf(matches);
        }
    }
}
