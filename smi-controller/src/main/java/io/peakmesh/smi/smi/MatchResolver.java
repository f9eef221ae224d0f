package io.peakmesh.smi.smi;

import io.peakmesh.model.HttpMatch;
import io.peakmesh.model.Invalid.Cause;
import io.peakmesh.smi.object.Fields;
import io.peakmesh.smi.object.ObjectKey;
import io.peakmesh.smi.object.Report;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds the HTTP matches that references mean; what dangles matches nothing. */
final class MatchResolver {
    /** All matches of one target or split together. */
    static final int MAX_MATCHES = 1_000;

    private final Map<ObjectKey, Parsed> objects;
    private final Report report;

    MatchResolver(Map<ObjectKey, Parsed> objects, Report report) {
        this.objects = objects;
        this.report = report;
    }

    List<HttpMatch> matches(List<Parsed.Reference> references) {
        Set<HttpMatch> matches = new LinkedHashSet<>();
        for (Parsed.Reference reference : references) {
            matches.addAll(matches(reference));
        }
        if (matches.size() <= MAX_MATCHES) {
            return List.copyOf(matches);
        }
        report.warning(
                Cause.NO_EFFECT,
                "",
                "refers to "
                        + matches.size()
                        + " matches, of which the first "
                        + MAX_MATCHES
                        + " count: refer to fewer, or divide it");
        return List.copyOf(matches).subList(0, MAX_MATCHES);
    }

    private List<HttpMatch> matches(Parsed.Reference reference) {
        if (!(objects.get(reference.route()) instanceof Parsed.Group group)) {
            dangling(reference);
            return List.of();
        }
        if (reference.matches().isEmpty()) {
            return group.matches();
        }
        List<HttpMatch> found = new ArrayList<>();
        for (String name : new LinkedHashSet<>(reference.matches())) {
            Optional<HttpMatch> match =
                    group.matches().stream().filter(m -> m.name().equals(name)).findFirst();
            match.ifPresent(found::add);
            if (match.isEmpty()) {
                unknownMatch(reference, name);
            }
        }
        return found;
    }

    void dangling(Parsed.Reference reference) {
        ObjectKey route = reference.route();
        report.warning(
                Cause.DANGLING_REFERENCE,
                reference.path(),
                route.kind()
                        + " "
                        + Fields.quote(route.name())
                        + " does not exist in the namespace or is refused, so this matches"
                        + " nothing: create it, or remove this");
    }

    void unknownMatch(Parsed.Reference reference, String name) {
        report.warning(
                Cause.DANGLING_REFERENCE,
                reference.path() + ".matches",
                reference.route().kind()
                        + " "
                        + Fields.quote(reference.route().name())
                        + " has no match "
                        + Fields.quote(name)
                        + ", so this matches nothing: add it there, or remove it here");
    }
}
