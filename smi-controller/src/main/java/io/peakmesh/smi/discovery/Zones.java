package io.peakmesh.smi.discovery;

import io.peakmesh.smi.object.Fields;
import io.peakmesh.smi.object.Meta;
import io.peakmesh.smi.object.Report;
import java.util.SortedMap;
import java.util.regex.Pattern;

/**
 * What objects say of the zone they are in. A name that cannot be one is an error, and the same
 * object's zone before it stays.
 */
final class Zones {
    /** A label of nodes, which Kubernetes copies to their pods since 1.35. */
    static final String ZONE = "topology.kubernetes.io/zone";

    /** The label's name before Kubernetes 1.17; some clouds write both to this day. */
    static final String OLDER = "failure-domain.beta.kubernetes.io/zone";

    /** Kubernetes' form of a label's value, which a zone is wherever it stands. */
    private static final Pattern NAME =
            Pattern.compile("[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?");

    private Zones() {}

    /** The zone in a pod's label, else in its annotation; empty where it has neither. */
    static String ofPod(Meta pod, String earlier, Report report) {
        return pod.labels().containsKey(ZONE)
                ? label(pod, ZONE, earlier, report)
                : read(pod.annotations(), ZONE, Annotations.path(ZONE), earlier, report);
    }

    /** The zone in a node's label, else in the older one; empty where it has neither. */
    static String ofNode(Meta node, String earlier, Report report) {
        boolean named = !node.labels().getOrDefault(ZONE, "").isEmpty();
        return label(node, named ? ZONE : OLDER, earlier, report);
    }

    private static String label(Meta meta, String name, String earlier, Report report) {
        return read(meta.labels(), name, "metadata.labels[" + name + "]", earlier, report);
    }

    private static String read(
            SortedMap<String, String> map,
            String name,
            String path,
            String earlier,
            Report report) {
        String zone = map.getOrDefault(name, "");
        if (zone.isEmpty() || NAME.matcher(zone).matches()) {
            return zone;
        }
        report.error(
                path,
                "must be letters, digits, '-', '_' and '.', at most 63, a letter or digit at both"
                        + " ends, is "
                        + Fields.quote(zone));
        return earlier;
    }
}
