package io.peakmesh.smi.discovery;

import io.peakmesh.model.Balancing;
import io.peakmesh.model.Balancing.HashOn;
import io.peakmesh.model.Balancing.PeakEwma;
import io.peakmesh.model.Balancing.Policy;
import io.peakmesh.model.Invalid;
import io.peakmesh.model.Invalid.Cause;
import io.peakmesh.model.ObjectRef;
import io.peakmesh.model.Protocol;
import io.peakmesh.model.Service;
import io.peakmesh.smi.object.Fields;
import io.peakmesh.smi.object.Report;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * How a Service's annotations say that callers choose among its endpoints. Each annotation stands
 * by itself: one that cannot be read leaves in force what it said before, and the others count.
 *
 * @param peakEwma as read, whether or not the policy is the one that uses it
 * @param hashOn as read, whether or not the policy hashes
 */
record BalancingFacts(Policy policy, PeakEwma peakEwma, Optional<HashOn> hashOn) {
    static final String POLICY = "peakmesh.io/balancing";
    static final String HASH_ON = "peakmesh.io/hash-on";
    static final BalancingFacts DEFAULT =
            new BalancingFacts(Policy.PEAK_EWMA, PeakEwma.DEFAULT, Optional.empty());

    /** What the names of these annotations, right or misspelt, begin with. */
    private static final List<String> PREFIXES = List.of(POLICY, "peakmesh.io/hash");

    private static final Map<String, Policy> POLICIES = new LinkedHashMap<>();

    static {
        POLICIES.put("default", Policy.PEAK_EWMA);
        POLICIES.put("peak-ewma", Policy.PEAK_EWMA);
        POLICIES.put("least-request", Policy.LEAST_REQUEST);
        POLICIES.put("round-robin", Policy.ROUND_ROBIN);
        POLICIES.put("random", Policy.RANDOM);
        POLICIES.put("ring-hash", Policy.RING_HASH);
        POLICIES.put("maglev", Policy.MAGLEV);
    }

    /** RFC 9110's token, which RFC 6265 takes for a cookie's name too; the length is our limit. */
    private static final Pattern TOKEN = Pattern.compile("[-!#$%&'*+.^_`|~0-9A-Za-z]{1,100}");

    /**
     * Reads the annotations.
     *
     * @param affinity whether the Service itself asks that each caller stays with one endpoint,
     *     which a ring of hashes does; an annotation that chooses a policy wins over it
     */
    static BalancingFacts read(
            Map<String, String> annotations,
            boolean affinity,
            BalancingFacts earlier,
            Report report) {
        String chosen = annotations.getOrDefault(POLICY, affinity ? "ring-hash" : "default");
        Optional<Policy> policy = policy(chosen, report);
        BalancingFacts facts =
                new BalancingFacts(
                        policy.orElse(earlier.policy),
                        PeakEwmaSetting.read(annotations, earlier.peakEwma, report),
                        hashOn(annotations, earlier.hashOn, report));
        if (policy.isPresent()) {
            facts.remarkOnTheIdle(annotations, chosen, report);
            if (affinity && !facts.hashes()) {
                report.warning(
                        Cause.NO_EFFECT,
                        "spec.sessionAffinity",
                        "has no effect with balancing " + chosen + ": remove one of the two");
            }
        }
        remarkOnTheUnknown(annotations, report);
        return facts;
    }

    /** What callers are to do: without the settings that the policy does not use. */
    Balancing balancing() {
        return new Balancing(
                policy,
                policy == Policy.PEAK_EWMA ? peakEwma : PeakEwma.DEFAULT,
                hashes() ? hashOn : Optional.empty());
    }

    /** Remarks on a hash over what only HTTP has, where no port may turn out to speak it. */
    static List<Invalid> problemsOf(Service service, ObjectRef where) {
        boolean http =
                service.balancing().hashOn().isPresent()
                        && !service.balancing().hashOn().get().equals(new HashOn.SourceAddress());
        boolean bytesOnly =
                service.ports().stream()
                        .allMatch(
                                p -> p.protocol() == Protocol.TCP || p.protocol() == Protocol.UDP);
        return http && bytesOnly && !service.ports().isEmpty()
                ? List.of(
                        Invalid.warning(
                                where,
                                Annotations.path(HASH_ON),
                                "has no effect, since no port of the service speaks HTTP: use"
                                        + " source-address"))
                : List.of();
    }

    private boolean hashes() {
        return policy == Policy.RING_HASH || policy == Policy.MAGLEV;
    }

    private static Optional<Policy> policy(String text, Report report) {
        Optional<Policy> policy = Optional.ofNullable(POLICIES.get(text));
        if (policy.isEmpty()) {
            report.error(
                    Annotations.path(POLICY),
                    "must be "
                            + Annotations.either(POLICIES.keySet())
                            + ", is "
                            + Fields.quote(text));
        }
        return policy;
    }

    private static Optional<HashOn> hashOn(
            Map<String, String> annotations, Optional<HashOn> earlier, Report report) {
        String text = annotations.get(HASH_ON);
        if (text == null) {
            return Optional.empty();
        }
        Optional<HashOn> read = hashOn(text);
        if (read.isEmpty()) {
            report.error(
                    Annotations.path(HASH_ON),
                    "must be source-address, header:NAME or cookie:NAME, where NAME is of letters,"
                            + " digits and !#$%&'*+-.^_`|~, at most 100, is "
                            + Fields.quote(text));
        }
        return read.or(() -> earlier);
    }

    private static Optional<HashOn> hashOn(String text) {
        int colon = text.indexOf(':');
        String name = text.substring(colon + 1);
        if (colon >= 0 && !TOKEN.matcher(name).matches()) {
            return Optional.empty();
        }
        return switch (text.substring(0, Math.max(colon, 0))) {
            case "header" -> Optional.of(new HashOn.Header(name.toLowerCase(Locale.ROOT)));
            case "cookie" -> Optional.of(new HashOn.Cookie(name));
            default ->
                    text.equals("source-address")
                            ? Optional.of(new HashOn.SourceAddress())
                            : Optional.empty();
        };
    }

    private void remarkOnTheIdle(Map<String, String> annotations, String chosen, Report report) {
        String idle = "has no effect with balancing " + chosen;
        if (policy != Policy.PEAK_EWMA) {
            PeakEwmaSetting.NAMES.stream()
                    .filter(annotations::containsKey)
                    .forEach(name ->
                            report.warning(
                                    Annotations.path(name), idle + ": only peak-ewma uses it"));
        }
        if (annotations.containsKey(HASH_ON) && !hashes()) {
            report.warning(Annotations.path(HASH_ON), idle + ": only ring-hash and maglev use it");
        }
    }

    private static void remarkOnTheUnknown(Map<String, String> annotations, Report report) {
        List<String> known =
                Stream.concat(
                                Stream.concat(Stream.of(POLICY), PeakEwmaSetting.NAMES.stream()),
                                Stream.of(HASH_ON))
                        .toList();
        for (String name : annotations.keySet()) {
            if (PREFIXES.stream().anyMatch(name::startsWith) && !known.contains(name)) {
                report.warning(
                        "metadata.annotations",
                        "has "
                                + Fields.quote(name)
                                + ", which is not known and has no effect: use "
                                + Annotations.either(known));
            }
        }
    }
}
