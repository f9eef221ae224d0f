package io.peakmesh.smi.smi;

import io.peakmesh.model.ServiceAccountName;
import io.peakmesh.model.Source;
import io.peakmesh.smi.object.Fields;
import io.peakmesh.smi.object.ObjectKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * Reads a TrafficTarget: v1alpha1 has its fields at the top and calls the rules {@code specs},
 * later versions have {@code spec.rules}; {@code destination.port} is read in all of them, from
 * where conversion keeps it too.
 *
 * <p>A target may let callers into its own namespace only: who may write in one namespace must not
 * open another (SMI leaves this open, smi-spec#103).
 */
final class TargetReader {
    static final int MAX_RULES = 1_000;
    static final int MAX_SOURCES = 1_000;
    private static final Pattern NAME =
            Pattern.compile("(?=.{1,253}$)[a-z0-9]([-a-z0-9.]*[a-z0-9])?");

    private final Fields root;
    private final String namespace;

    private TargetReader(Fields root) {
        this.root = root;
        this.namespace = root.where().namespace();
    }

    static Parsed.Target read(Fields root) {
        return new TargetReader(root).target();
    }

    private Parsed.Target target() {
        boolean top = !root.has("spec") && root.has("specs");
        Fields spec = top ? root : root.requiredObject("spec");
        if (!top) {
            spec.refuseOthersThan(List.of("destination", "sources", "rules", "specs"));
        }
        String rules = top || (spec.has("specs") && !spec.has("rules")) ? "specs" : "rules";
        Fields destination = spec.requiredObject("destination");
        return new Parsed.Target(
                root.where(),
                destination(destination),
                port(destination),
                sources(spec),
                rules(spec, rules));
    }

    private ServiceAccountName destination(Fields destination) {
        destination.refuseOthersThan(List.of("kind", "name", "namespace", "port", "group"));
        String kind = destination.string("kind", "ServiceAccount");
        if (kind.equals("IdentityBinding")) {
            destination.error("kind", "IdentityBinding is not supported: use ServiceAccount");
        } else if (!kind.equals("ServiceAccount")) {
            destination.error("kind", "must be ServiceAccount, is " + Fields.quote(kind));
        }
        ServiceAccountName account = account(destination);
        if (!account.namespace().equals(namespace)) {
            destination.error(
                    "namespace",
                    "is "
                            + Fields.quote(account.namespace())
                            + ", but a TrafficTarget opens only its own namespace: move it to that"
                            + " namespace");
        }
        return account;
    }

    private ServiceAccountName account(Fields at) {
        String name = at.string("name");
        if (!name.isEmpty() && !NAME.matcher(name).matches()) {
            at.error("name", "must be the name of a ServiceAccount, is " + Fields.quote(name));
        }
        String given = at.string("namespace", "");
        if (!given.isEmpty() && !NAME.matcher(given).matches()) {
            at.error("namespace", "must be the name of a namespace, is " + Fields.quote(given));
        }
        return new ServiceAccountName(given.isEmpty() ? namespace : given, name);
    }

    /** A whole number, or text of one: samples write {@code port: "9091"}. */
    private static Optional<Integer> port(Fields destination) {
        Optional<Object> raw = destination.raw("port");
        if (raw.isPresent() && raw.get() instanceof String text) {
            if (text.matches("[0-9]{1,5}")) {
                int number = Integer.parseInt(text);
                if (number >= 1 && number <= 65535) {
                    return Optional.of(number);
                }
            }
            destination.error(
                    "port", "must be a whole number from 1 to 65535, is " + Fields.quote(text));
            return Optional.empty();
        }
        OptionalInt port = destination.optionalInt("port", 1, 65535);
        return port.isPresent() ? Optional.of(port.getAsInt()) : Optional.empty();
    }

    private List<Source> sources(Fields spec) {
        List<Source> sources = new ArrayList<>();
        List<Fields> items =
                spec.filledList(
                        "sources", MAX_SOURCES, "must name at least one source: add who may call");
        for (Fields item : items) {
            source(item).filter(s -> !sources.contains(s)).ifPresent(sources::add);
        }
        return sources;
    }

    private Optional<Source> source(Fields item) {
        item.refuseOthersThan(List.of("kind", "name", "namespace", "group", "apiGroup"));
        String kind = item.string("kind", "ServiceAccount");
        return switch (kind) {
            case "ServiceAccount" -> Optional.of(new Source.Account(account(item)));
            case "Group" ->
                    switch (item.string("name")) {
                        case "system:authenticated" -> Optional.of(new Source.AnyAuthenticated());
                        case "system:unauthenticated" -> Optional.of(new Source.Anyone());
                        case String other -> {
                            item.error(
                                    "name",
                                    "must be system:authenticated or system:unauthenticated for a"
                                            + " Group, is "
                                            + Fields.quote(other));
                            yield Optional.empty();
                        }
                    };
            default -> {
                String reason =
                        kind.equals("IdentityBinding")
                                ? "IdentityBinding is not supported: use ServiceAccount"
                                : "must be ServiceAccount or Group, is " + Fields.quote(kind);
                item.error("kind", reason);
                yield Optional.empty();
            }
        };
    }

    private List<Parsed.Reference> rules(Fields spec, String field) {
        List<Parsed.Reference> rules = new ArrayList<>();
        List<Fields> items =
                spec.filledList(
                        field, MAX_RULES, "must name at least one route: add what may be called");
        for (Fields item : items) {
            item.refuseOthersThan(List.of("kind", "name", "matches", "apiGroup", "group"));
            String kind = item.string("kind");
            String name = item.string("name");
            if (!kind.isEmpty()
                    && !List.of(Versions.GROUP, Versions.TCP, Versions.UDP).contains(kind)) {
                item.error(
                        "kind",
                        "must be HTTPRouteGroup, TCPRoute or UDPRoute, is " + Fields.quote(kind));
            }
            rules.add(
                    new Parsed.Reference(
                            new ObjectKey(kind, namespace, name),
                            item.strings("matches", RouteReader.MAX_MATCHES),
                            item.path()));
        }
        return rules;
    }
}
