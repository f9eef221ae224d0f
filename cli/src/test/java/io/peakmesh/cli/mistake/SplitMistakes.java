package io.peakmesh.cli.mistake;

import static io.peakmesh.cli.mistake.Mistake.yaml;

import java.util.List;

/** TrafficSplits that cannot be used, or not as their author means them. */
final class SplitMistakes {
    private SplitMistakes() {}

    private static String split(String spec) {
        return split("cart-rollout", "v1alpha4", spec);
    }

    private static String split(String name, String version, String spec) {
        return "{apiVersion: split.smi-spec.io/"
                + version
                + ", kind: TrafficSplit, metadata: {name: "
                + name
                + ", namespace: shop}, spec: {"
                + spec
                + "}}\n";
    }

    static List<Mistake> all() {
        return List.of(
                yaml(
                        "a split of a service that is not there",
                        split("service: cart, backends: [{service: basket, weight: 1}]"),
                        "‼ wrong.yaml: TrafficSplit shop/cart-rollout: spec.service:"
                                + " Service shop/cart does not exist, so nothing is divided:"
                                + " create it"),
                yaml(
                        "a share for a service that is not there",
                        split(
                                "service: basket, backends: [{service: basket-v2, weight: 1},"
                                        + " {service: basket-v3, weight: 1}]"),
                        "‼ wrong.yaml: TrafficSplit shop/cart-rollout:"
                                + " spec.backends[1].service: Service shop/basket-v3 does not"
                                + " exist and gets no traffic: create it"),
                yaml(
                        "two splits of one service",
                        split(
                                "page-zz",
                                "v1alpha4",
                                "service: page, backends: [{service: page-v2, weight: 1}]"),
                        "‼ wrong.yaml: TrafficSplit shop/page-zz: spec.service:"
                                + " conflicts with TrafficSplit shop/page-rollout, which"
                                + " divides the same service and is older or comes first by"
                                + " name, so this one is not used: remove one, or give it"
                                + " matches"),
                yaml(
                        "a cycle of splits",
                        split(
                                        "to",
                                        "v1alpha4",
                                        "service: basket, backends: [{service: basket-v2, weight: 1}]")
                                + "---\n"
                                + split(
                                        "fro",
                                        "v1alpha4",
                                        "service: basket-v2, backends: [{service: basket, weight: 1}]"),
                        "‼ wrong.yaml: TrafficSplit shop/fro:"
                                + " spec.backends[0].service: Service shop/basket has a"
                                + " TrafficSplit of its own, which is not applied to this"
                                + " share: name its backends here instead",
                        "‼ wrong.yaml: TrafficSplit shop/to:"
                                + " spec.backends[0].service: Service shop/basket-v2 has a"
                                + " TrafficSplit of its own, which is not applied to this"
                                + " share: name its backends here instead"),
                yaml(
                        "only weights of 0",
                        split(
                                "service: basket, backends: [{service: basket, weight: 0},"
                                        + " {service: basket-v2, weight: 0}]"),
                        "‼ wrong.yaml: TrafficSplit shop/cart-rollout: spec.backends:"
                                + " have only weights of 0, so nothing is divided and requests"
                                + " go to the service itself: give one a weight above 0"),
                yaml(
                        "a weight below 0",
                        split(
                                "service: basket, backends: [{service: basket, weight: 1},"
                                        + " {service: basket-v2, weight: -1}]"),
                        "× wrong.yaml: TrafficSplit shop/cart-rollout:"
                                + " spec.backends[1].weight: must be a whole number from 0 to"
                                + " 1000000, is -1"),
                yaml(
                        "a weight of the wrong type",
                        split("service: basket, backends: [{service: basket-v2, weight: half}]"),
                        "× wrong.yaml: TrafficSplit shop/cart-rollout:"
                                + " spec.backends[0].weight: must be a whole number from 0 to"
                                + " 1000000, is 'half'"),
                yaml(
                        "a fraction for a weight",
                        split("service: basket, backends: [{service: basket-v2, weight: 0.5}]"),
                        "× wrong.yaml: TrafficSplit shop/cart-rollout:"
                                + " spec.backends[0].weight: must be a whole number from 0 to"
                                + " 1000000, is 0.5"),
                yaml(
                        "weights that differ too much",
                        split(
                                "cart-rollout",
                                "v1alpha1",
                                "service: basket, backends: [{service: basket, weight: 1000000},"
                                        + " {service: basket-v2, weight: 1m}]"),
                        "× wrong.yaml: TrafficSplit shop/cart-rollout: spec.backends:"
                                + " have weights that differ too much, the largest is more than"
                                + " 1000000 times the smallest step: use whole numbers"),
                yaml(
                        "a share without a weight",
                        split("service: basket, backends: [{service: basket-v2}]"),
                        "× wrong.yaml: TrafficSplit shop/cart-rollout:"
                                + " spec.backends[0].weight: is missing: add a whole number, 0"
                                + " for no traffic"),
                yaml(
                        "a port that no backend has",
                        """
                        {apiVersion: v1, kind: Service, metadata: {name: stall, namespace: shop},
                         spec: {ports: [{name: http, port: 80}, {name: admin, port: 9090}]}}
                        ---
                        """
                                + split("service: stall, backends: [{service: basket, weight: 1}]"),
                        "‼ wrong.yaml: TrafficSplit shop/cart-rollout:"
                                + " spec.backends[0].service: Service shop/basket lacks port"
                                + " 9090 of shop/stall and gets no traffic there: add the port"
                                + " to it"),
                yaml(
                        "a backend with none of the ports",
                        split(
                                "service: basket, backends: [{service: basket-v2, weight: 1},"
                                        + " {service: db, weight: 1}]"),
                        "‼ wrong.yaml: TrafficSplit shop/cart-rollout:"
                                + " spec.backends[1].service: Service shop/db lacks port 80 of"
                                + " shop/basket and gets no traffic there: add the port to it"),
                yaml(
                        "a backend of another namespace",
                        split("service: basket, backends: [{service: page.books, weight: 1}]"),
                        "× wrong.yaml: TrafficSplit shop/cart-rollout:"
                                + " spec.backends[0].service: is of the namespace 'books', but"
                                + " a TrafficSplit divides services of its own: use one of shop"),
                yaml(
                        "a backend twice",
                        split(
                                "service: basket, backends: [{service: basket-v2, weight: 1},"
                                        + " {service: basket-v2, weight: 2}]"),
                        "× wrong.yaml: TrafficSplit shop/cart-rollout:"
                                + " spec.backends[1].service: is listed before: keep one, with"
                                + " the sum of both weights"),
                yaml(
                        "no backends",
                        split("service: basket, backends: []"),
                        "× wrong.yaml: TrafficSplit shop/cart-rollout: spec.backends:"
                                + " must name at least one service: add one with a weight"),
                yaml(
                        "a misspelt field",
                        split("service: basket, backend: [{service: basket-v2, weight: 1}]"),
                        "× wrong.yaml: TrafficSplit shop/cart-rollout: spec: has a"
                                + " field 'backend' that is not known: use service, backends or"
                                + " matches"),
                yaml(
                        "matches of a group that is not there",
                        split(
                                "service: basket, matches: [{kind: HTTPRouteGroup, name: ghost}],"
                                        + " backends: [{service: basket-v2, weight: 1}]"),
                        "‼ wrong.yaml: TrafficSplit shop/cart-rollout: spec.matches:"
                                + " refer to no match that exists, so nothing is divided: mend"
                                + " them, or remove them to divide every request",
                        "‼ wrong.yaml: TrafficSplit shop/cart-rollout:"
                                + " spec.matches[0]: HTTPRouteGroup 'ghost' does not exist in"
                                + " the namespace or is refused, so this matches nothing:"
                                + " create it, or remove this"),
                yaml(
                        "a version that SMI never had",
                        split("cart-rollout", "v1beta7", "service: basket"),
                        "× wrong.yaml: TrafficSplit shop/cart-rollout: has the"
                                + " version 'v1beta7' that is not known: use v1alpha1,"
                                + " v1alpha2, v1alpha3 or v1alpha4"),
                yaml(
                        "a kind in the wrong group",
                        "{apiVersion: smi-spec.io/v1alpha4, kind: TrafficSplit,"
                                + " metadata: {name: cart-rollout, namespace: shop}, spec: {}}",
                        "× wrong.yaml: TrafficSplit shop/cart-rollout: apiVersion: is"
                                + " 'smi-spec.io/v1alpha4': TrafficSplit needs"
                                + " split.smi-spec.io/v1alpha…"));
    }
}
