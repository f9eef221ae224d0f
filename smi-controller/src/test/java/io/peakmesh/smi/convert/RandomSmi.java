package io.peakmesh.smi.convert;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * SMI objects of every kind and version with any of their fields, with those of other versions,
 * unknown ones, and annotations that conversion uses, right and wrong. The CRDs let all of them in.
 * Names are few, so that objects refer to each other.
 */
public final class RandomSmi {
    public static final List<String> KINDS =
            List.of("TrafficTarget", "HTTPRouteGroup", "TCPRoute", "UDPRoute", "TrafficSplit");
    public static final String NAMESPACE = "shop";

    private final RandomGenerator random;

    public RandomSmi(RandomGenerator random) {
        this.random = random;
    }

    /** The versions of a kind, oldest first. */
    public static List<String> versions(String kind) {
        return kind.equals("UDPRoute")
                ? List.of("v1alpha4")
                : List.of("v1alpha1", "v1alpha2", "v1alpha3", "v1alpha4");
    }

    public static String group(String kind) {
        return switch (kind) {
            case "TrafficTarget" -> "access.smi-spec.io";
            case "TrafficSplit" -> "split.smi-spec.io";
            default -> "specs.smi-spec.io";
        };
    }

    public static String kind(Map<String, Object> object) {
        return String.valueOf(object.get("kind"));
    }

    /** As in {@code v1alpha4}. */
    public static String version(Map<String, Object> object) {
        String apiVersion = String.valueOf(object.get("apiVersion"));
        return apiVersion.substring(apiVersion.indexOf('/') + 1);
    }

    /** An object with apiVersion, kind and metadata, and without status. */
    public Map<String, Object> next() {
        String kind = pick(KINDS);
        return next(kind, pick(versions(kind)));
    }

    public Map<String, Object> next(String kind, String version) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("apiVersion", group(kind) + "/" + version);
        object.put("kind", kind);
        boolean quantities = kind.equals("TrafficSplit") && version.equals("v1alpha1");
        object.put("metadata", metadata(quantities));
        // One in six is written in the words of another version.
        String words = random.nextInt(6) == 0 ? pick(versions(kind)) : version;
        switch (kind) {
            case "TrafficTarget" -> target(object, words);
            case "HTTPRouteGroup" -> group(object, words);
            case "TrafficSplit" -> object.put("spec", split(words, version));
            default -> ports(object, words);
        }
        unknown(object);
        if (seldom()) {
            // Fields of other places.
            object.put(pick("rules", "port", "backends"), anything(3));
        }
        return object;
    }

    /** What the status of any object may be. */
    public Map<String, Object> status() {
        Map<String, Object> condition =
                Map.of(
                        "type",
                        "Accepted",
                        "status",
                        pick("True", "False"),
                        "reason",
                        "Accepted",
                        "message",
                        text(),
                        "observedGeneration",
                        random.nextInt(1, 9),
                        "lastTransitionTime",
                        "2026-01-31T12:00:00Z");
        return Map.of("conditions", List.of(condition));
    }

    @SafeVarargs
    private <T> T pick(T... choices) {
        return choices[random.nextInt(choices.length)];
    }

    private <T> T pick(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    private boolean often() {
        return random.nextInt(5) != 0;
    }

    private boolean seldom() {
        return random.nextInt(8) == 0;
    }

    private <T> List<T> some(int most, Supplier<T> each) {
        List<T> list = new ArrayList<>();
        for (int i = random.nextInt(most + 1); i > 0; i--) {
            list.add(each.get());
        }
        return list;
    }

    private String text() {
        return pick("x", "", "a b", "ü€😀", "\"quoted\"", "line\nline", "500m", "{}");
    }

    /** Fields that no version has. */
    private void unknown(Map<String, Object> object) {
        if (seldom()) {
            object.put(pick("retries", "routes", "timeout", "x.y/z"), anything(3));
        }
    }

    private Object anything(int depth) {
        return switch (random.nextInt(depth > 0 ? 7 : 5)) {
            case 0 -> random.nextInt();
            case 1 -> 1L << random.nextInt(33, 60);
            case 2 -> text();
            case 3 -> random.nextBoolean();
            case 4 -> random.nextInt(100) + 0.5;
            case 5 -> some(3, () -> anything(depth - 1));
            default -> {
                Map<String, Object> map = new LinkedHashMap<>();
                some(3, this::text).forEach(name -> map.put("k" + name, anything(depth - 1)));
                yield map;
            }
        };
    }

    private Map<String, Object> metadata(boolean quantities) {
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("name", pick("x", "y", "z"));
        metadata.put("namespace", NAMESPACE);
        if (random.nextBoolean()) {
            metadata.put("labels", Map.of("app", pick("x", "y")));
        }
        Map<String, Object> annotations = new LinkedHashMap<>();
        if (random.nextBoolean()) {
            annotations.put("example.com/note", text());
        }
        while (random.nextInt(4) == 0) {
            annotation(annotations, quantities);
        }
        if (!annotations.isEmpty()) {
            metadata.put("annotations", annotations);
        }
        return metadata;
    }

    /**
     * One that conversion knows.
     *
     * @param quantities whether the object has them: then a list of void weights would be dropped
     */
    private void annotation(Map<String, Object> annotations, boolean quantities) {
        switch (random.nextInt(5)) {
            case 0 -> annotations.put(Kept.DESTINATION_PORT, pick("80", "\"81\"", "80 ", "x", ""));
            case 1 ->
                    annotations.put(
                            Kept.MATCHES,
                            pick(
                                    "{\"ports\":[80]}",
                                    "[{\"kind\":\"HTTPRouteGroup\",\"name\":\"x\"}]",
                                    "[]",
                                    "{}",
                                    " {}",
                                    "[",
                                    "null"));
            case 2 ->
                    annotations.put(
                            Kept.WEIGHTS,
                            quantities
                                    ? pick("[true]", "{}", "500m")
                                    : pick("[\"500m\",1]", "[1,2]", "[\"1\",\"1\"]", "[]", "{}"));
            case 3 ->
                    annotations.put(
                            Kept.WRITTEN_AS,
                            String.join(
                                    " ",
                                    some(
                                            4,
                                            () ->
                                                    pick(
                                                            "v1alpha1",
                                                            "v1alpha2",
                                                            "v1alpha3",
                                                            "v1alpha4",
                                                            "v1alpha4",
                                                            "",
                                                            "v1"))));
            default -> annotations.put("smi.peakmesh.io/other", text());
        }
    }

    private void target(Map<String, Object> object, String words) {
        boolean first = words.equals("v1alpha1");
        Map<String, Object> spec = new LinkedHashMap<>();
        if (often()) {
            Map<String, Object> destination = account();
            boolean hasPort = first || (words.equals("v1alpha2") && random.nextBoolean());
            if (hasPort || seldom()) {
                destination.put("port", pick(80, 9091, 0, "80", "9091", "http", ""));
            }
            spec.put("destination", destination);
        }
        if (often()) {
            spec.put("sources", some(3, this::account));
        }
        if (often()) {
            spec.put(first ? "specs" : "rules", some(3, this::rule));
        }
        unknown(spec);
        if (first) {
            object.putAll(spec);
        } else if (often()) {
            object.put("spec", spec);
        }
    }

    private Map<String, Object> account() {
        Map<String, Object> account = new LinkedHashMap<>();
        account.put("kind", random.nextInt(9) == 0 ? "IdentityBinding" : "ServiceAccount");
        account.put("name", pick("x", "y", "z"));
        if (random.nextBoolean()) {
            account.put("namespace", NAMESPACE);
        }
        if (seldom()) {
            account.put("group", pick("", "access.smi-spec.io"));
        }
        if (seldom()) {
            unknown(account);
        }
        return account;
    }

    private Map<String, Object> rule() {
        Map<String, Object> rule = new LinkedHashMap<>();
        rule.put("kind", pick("HTTPRouteGroup", "TCPRoute", "UDPRoute"));
        rule.put("name", pick("x", "y"));
        if (seldom()) {
            rule.put("matches", some(2, () -> pick("a", "b")));
        }
        return rule;
    }

    private void group(Map<String, Object> object, String words) {
        List<Object> matches = some(3, this::match);
        boolean top = words.equals("v1alpha1") || words.equals("v1alpha2");
        if ((top && often()) || seldom()) {
            object.put("matches", matches);
        }
        if (!top || random.nextInt(20) == 0) {
            Map<String, Object> spec = new LinkedHashMap<>();
            if (often()) {
                spec.put("matches", matches);
            }
            unknown(spec);
            object.put("spec", spec);
        }
    }

    private Map<String, Object> match() {
        Map<String, Object> match = new LinkedHashMap<>();
        match.put("name", pick("a", "b", "c"));
        if (random.nextBoolean()) {
            match.put("pathRegex", pick("/api", "/.*", "", "("));
        }
        if (random.nextBoolean()) {
            match.put("methods", some(3, () -> pick("GET", "POST", "*")));
        }
        switch (random.nextInt(4)) {
            case 0 -> match.put("headers", Map.of("X-A", pick("1", ".*"), "x-b", "2"));
            case 1 -> match.put("headers", List.of(Map.of("X-A", "1"), Map.of("X-B", ".*")));
            default -> {}
        }
        if (seldom()) {
            unknown(match);
        }
        return match;
    }

    private void ports(Map<String, Object> object, String words) {
        Map<String, Object> spec = new LinkedHashMap<>();
        if (words.equals("v1alpha4") && often()) {
            Map<String, Object> matches = new LinkedHashMap<>();
            if (random.nextBoolean()) {
                matches.put("name", "a");
            }
            if (often()) {
                matches.put("ports", some(3, () -> pick(80, 81, 9091, 0)));
            }
            unknown(matches);
            spec.put("matches", matches);
        }
        unknown(spec);
        if (words.compareTo("v1alpha3") >= 0 || random.nextInt(20) == 0) {
            object.put("spec", spec);
        }
        if (random.nextInt(20) == 0) {
            object.put("matches", Map.of("ports", List.of(80)));
        }
    }

    private Map<String, Object> split(String words, String version) {
        Map<String, Object> spec = new LinkedHashMap<>();
        if (often()) {
            spec.put("service", pick("x", "y", "x.shop", "x.shop.svc.cluster.local."));
        }
        if (often()) {
            boolean texts = random.nextBoolean();
            List<Object> backends = new ArrayList<>();
            for (String service : List.of("x", "y", "z").subList(random.nextInt(3), 3)) {
                backends.add(backend(service, version.equals("v1alpha1"), texts));
            }
            spec.put("backends", backends);
        }
        boolean matched = words.equals("v1alpha3") || words.equals("v1alpha4");
        if (matched && random.nextBoolean()) {
            spec.put("matches", some(2, this::reference));
        }
        unknown(spec);
        return spec;
    }

    private Map<String, Object> backend(String service, boolean quantity, boolean texts) {
        Map<String, Object> backend = new LinkedHashMap<>();
        backend.put("service", service);
        if (quantity && texts) {
            backend.put(
                    "weight", pick("500m", "0.5", "1", "90", "0", "250m", 3, often() ? 1 : "1e-3"));
        } else if (quantity || often()) {
            backend.put("weight", pick(0, 1, 90, 500, 1_000_001));
        } else {
            backend.put("weight", pick(0.5, 33.25, -1));
        }
        if (random.nextInt(30) == 0) {
            backend.remove("weight");
        }
        unknown(backend);
        return backend;
    }

    private Map<String, Object> reference() {
        Map<String, Object> reference = new LinkedHashMap<>();
        reference.put("kind", "HTTPRouteGroup");
        reference.put("name", pick("x", "y"));
        if (seldom()) {
            reference.put("apiGroup", "specs.smi-spec.io");
        }
        return reference;
    }
}
