package io.peakmesh.cli.mistake;

import static io.peakmesh.cli.mistake.Mistake.yaml;

import java.util.List;

/** Annotations of a Service that say how its callers balance, and cannot be meant. */
final class BalancingMistakes {
    private static final String WHERE =
            "wrong.yaml: Service shop/cart: metadata.annotations[peakmesh.io/";

    private BalancingMistakes() {}

    private static String cart(String annotations, String port) {
        return """
        apiVersion: v1
        kind: Service
        metadata: {name: cart, namespace: shop, annotations: {%s}}
        spec: {ports: [{name: %s, port: 8080}]}
        """
                .formatted(annotations, port);
    }

    private static Mistake of(String name, String annotations, String... lines) {
        return yaml(name, cart(annotations, "http"), lines);
    }

    static List<Mistake> all() {
        return List.of(
                of(
                        "an unknown balancing",
                        "peakmesh.io/balancing: fastest",
                        "× "
                                + WHERE
                                + "balancing]: must be default, peak-ewma, least-request,"
                                + " round-robin, random, ring-hash or maglev, is 'fastest'"),
                of(
                        "a decay without a unit",
                        "peakmesh.io/balancing-decay: '5'",
                        "× "
                                + WHERE
                                + "balancing-decay]: must be a duration from 1ms to 600s such as"
                                + " 500ms or 5s, is '5'"),
                of(
                        "a decay of nothing",
                        "peakmesh.io/balancing-decay: 0s",
                        "× "
                                + WHERE
                                + "balancing-decay]: must be a duration from 1ms to 600s such as"
                                + " 500ms or 5s, is '0s'"),
                of(
                        "a penalty beyond its range",
                        "peakmesh.io/balancing-failure-penalty: 2m",
                        "× "
                                + WHERE
                                + "balancing-failure-penalty]: must be a duration from 0s to 60s"
                                + " such as 500ms or 5s, is '2m'"),
                of(
                        "two bad settings, of which each is told",
                        "peakmesh.io/balancing-error-penalty: never,"
                                + " peakmesh.io/balancing-max-retry-after: 1h",
                        "× "
                                + WHERE
                                + "balancing-error-penalty]: must be a duration from 0s to 60s"
                                + " such as 500ms or 5s, is 'never'",
                        "× "
                                + WHERE
                                + "balancing-max-retry-after]: must be a duration from 0s to 300s"
                                + " such as 500ms or 5s, is '1h'"),
                of(
                        "a hash on nothing known",
                        "peakmesh.io/balancing: maglev, peakmesh.io/hash-on: user",
                        "× "
                                + WHERE
                                + "hash-on]: must be source-address, header:NAME or cookie:NAME,"
                                + " where NAME is of letters, digits and !#$%&'*+-.^_`|~, at most"
                                + " 100, is 'user'"),
                of(
                        "a setting that the chosen balancing does not use",
                        "peakmesh.io/balancing: round-robin, peakmesh.io/balancing-decay: 5s",
                        "‼ "
                                + WHERE
                                + "balancing-decay]: has no effect with balancing round-robin:"
                                + " only peak-ewma uses it"),
                of(
                        "a hash where nothing hashes",
                        "peakmesh.io/hash-on: 'header:x-user'",
                        "‼ "
                                + WHERE
                                + "hash-on]: has no effect with balancing default: only ring-hash"
                                + " and maglev use it"),
                of(
                        "a misspelt setting",
                        "peakmesh.io/balancing-dekay: 5s",
                        "‼ wrong.yaml: Service shop/cart: metadata.annotations: has"
                                + " 'peakmesh.io/balancing-dekay', which is not known and has no"
                                + " effect: use peakmesh.io/balancing, peakmesh.io/balancing-decay,"
                                + " peakmesh.io/balancing-default-rtt,"
                                + " peakmesh.io/balancing-failure-penalty,"
                                + " peakmesh.io/balancing-error-penalty,"
                                + " peakmesh.io/balancing-max-retry-after or peakmesh.io/hash-on"),
                yaml(
                        "a hash on a header where nobody speaks HTTP",
                        cart(
                                "peakmesh.io/balancing: ring-hash, peakmesh.io/hash-on:"
                                        + " 'header:x-user'",
                                "tcp"),
                        "‼ "
                                + WHERE
                                + "hash-on]: has no effect, since no port of the service speaks"
                                + " HTTP: use source-address"));
    }
}
