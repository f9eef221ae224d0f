package io.peakmesh.smi.discovery;

import io.peakmesh.model.Invalid;
import io.peakmesh.model.Namespace;
import io.peakmesh.model.Namespace.Access;
import io.peakmesh.model.Namespace.Unmeshed;
import io.peakmesh.smi.object.Fields;
import io.peakmesh.smi.object.MeshObject.NamespaceObject;
import io.peakmesh.smi.object.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * What a Namespace object says. A value that cannot be read leaves the earlier policy in force;
 * where there is no earlier one it means the stricter choice, since who wrote the annotation wanted
 * other than the default: a typo never opens a namespace.
 */
record NamespaceFacts(Namespace policy, Optional<OpaquePorts> opaque, List<Invalid> problems) {
    static final String ACCESS = "peakmesh.io/access";
    static final String UNMESHED = "peakmesh.io/unmeshed-callers";

    static NamespaceFacts of(NamespaceObject object, @Nullable NamespaceFacts earlier) {
        List<Invalid> problems = new ArrayList<>();
        Report report = new Report(object.meta().ref(), problems);
        SortedMap<String, String> annotations = object.meta().annotations();
        Access access =
                choice(
                        annotations,
                        ACCESS,
                        Map.of("permissive", Access.PERMISSIVE, "enforcing", Access.ENFORCING),
                        Access.PERMISSIVE,
                        earlier == null ? Access.ENFORCING : earlier.policy.access(),
                        report);
        Unmeshed byAccess = access == Access.PERMISSIVE ? Unmeshed.ALLOW : Unmeshed.DENY;
        Unmeshed unmeshed =
                choice(
                        annotations,
                        UNMESHED,
                        Map.of("allow", Unmeshed.ALLOW, "deny", Unmeshed.DENY),
                        byAccess,
                        earlier == null ? Unmeshed.DENY : earlier.policy.unmeshed(),
                        report);
        Optional<OpaquePorts> before = earlier == null ? Optional.empty() : earlier.opaque;
        Optional<OpaquePorts> opaque = OpaquePorts.read(annotations, before, report);
        return new NamespaceFacts(
                new Namespace(object.meta().name(), access, unmeshed),
                opaque,
                List.copyOf(problems));
    }

    private static <T extends Enum<T>> T choice(
            SortedMap<String, String> annotations,
            String name,
            Map<String, T> words,
            T absent,
            T unreadable,
            Report report) {
        String text = annotations.get(name);
        if (text == null) {
            return absent;
        }
        T value = words.get(text);
        if (value == null) {
            String accepted = String.join(" or ", words.keySet().stream().sorted().toList());
            report.error(
                    Annotations.path(name),
                    "must be "
                            + accepted
                            + ", is "
                            + Fields.quote(text)
                            + ": until then "
                            + unreadable.name().toLowerCase(java.util.Locale.ROOT)
                            + " holds");
        }
        return value == null ? unreadable : value;
    }
}
