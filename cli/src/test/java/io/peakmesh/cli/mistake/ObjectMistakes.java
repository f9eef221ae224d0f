package io.peakmesh.cli.mistake;

import static io.peakmesh.cli.mistake.Mistake.yaml;

import java.util.ArrayList;
import java.util.List;

/** Objects of Kubernetes that are well-formed text and still wrong. */
final class ObjectMistakes {
    private ObjectMistakes() {}

    static List<Mistake> all() {
        List<Mistake> all = new ArrayList<>(ofServices());
        all.addAll(ofWorkloads());
        all.addAll(ofAnyKind());
        return all;
    }

    private static String service(String spec) {
        return "{apiVersion: v1, kind: Service, metadata: {name: cart, namespace: shop}, spec: {"
                + spec
                + "}}\n";
    }

    private static String pod(String annotations) {
        return "{apiVersion: v1, kind: Pod, metadata: {name: cart-1, namespace: shop, annotations: {"
                + annotations
                + "}}, spec: {containers: []}, status: {podIP: 10.0.0.99}}\n";
    }

    private static List<Mistake> ofServices() {
        return List.of(
                yaml(
                        "a port of the wrong type",
                        service("ports: [{port: eighty}]"),
                        "× wrong.yaml: Service shop/cart: spec.ports[0].port: must be"
                                + " a whole number from 1 to 65535, is 'eighty'"),
                yaml(
                        "a port in quotes",
                        service("ports: [{port: '80'}]"),
                        "× wrong.yaml: Service shop/cart: spec.ports[0].port: must be"
                                + " a whole number from 1 to 65535, is '80': leave out the"
                                + " quotes"),
                yaml(
                        "a port out of range",
                        service("ports: [{port: 70000}]"),
                        "× wrong.yaml: Service shop/cart: spec.ports[0].port: must be"
                                + " a whole number from 1 to 65535, is 70000"),
                yaml(
                        "a port without its number",
                        service("ports: [{name: http}]"),
                        "× wrong.yaml: Service shop/cart: spec.ports[0].port: is missing: add it"),
                yaml(
                        "an object where a list belongs",
                        service("ports: {port: 80}"),
                        "× wrong.yaml: Service shop/cart: spec.ports: must be a list,"
                                + " is an object of 1 fields"),
                yaml(
                        "no ports",
                        service("selector: {app: cart}"),
                        "× wrong.yaml: Service shop/cart: spec.ports: is missing: a"
                                + " service needs at least one port"),
                yaml(
                        "two ports of one name",
                        service("ports: [{name: http, port: 80}, {name: http, port: 81}]"),
                        "× wrong.yaml: Service shop/cart: spec.ports[1].name: stands"
                                + " twice: give each port a name of its own"),
                yaml(
                        "an ExternalName without its name",
                        service("type: ExternalName, ports: [{port: 80}]"),
                        "× wrong.yaml: Service shop/cart: spec.externalName: is missing: add it"),
                yaml(
                        "a number for a label",
                        service("selector: {version: 2}, ports: [{port: 80}]"),
                        "× wrong.yaml: Service shop/cart: spec.selector.version: must"
                                + " be text, is 2: put it in quotes"),
                yaml(
                        "opaque ports that are no ports",
                        """
                        apiVersion: v1
                        kind: Service
                        metadata: {name: cart, namespace: shop, annotations: {config.peakmesh.io/opaque-ports: "80,mysql"}}
                        spec: {ports: [{port: 80}]}
                        """,
                        "× wrong.yaml: Service shop/cart:"
                                + " metadata.annotations[config.peakmesh.io/opaque-ports]: must"
                                + " be a comma list of at most 100 ports and ranges such as"
                                + " 3306,8000-8010, is '80,mysql'"));
    }

    private static List<Mistake> ofWorkloads() {
        return List.of(
                yaml(
                        "a slice without its service",
                        """
                        apiVersion: discovery.k8s.io/v1
                        kind: EndpointSlice
                        metadata: {name: cart-x7, namespace: shop}
                        addressType: IPv4
                        endpoints: [{addresses: [10.0.0.98]}]
                        """,
                        "× wrong.yaml: EndpointSlice shop/cart-x7:"
                                + " metadata.labels[kubernetes.io/service-name]: is missing: it"
                                + " names the service of this slice"),
                yaml(
                        "a slice of host names",
                        """
                        apiVersion: discovery.k8s.io/v1
                        kind: EndpointSlice
                        metadata: {name: cart-x7, namespace: shop, labels: {kubernetes.io/service-name: cart}}
                        addressType: IPv4
                        endpoints: [{addresses: [localhost]}]
                        """,
                        "× wrong.yaml: EndpointSlice shop/cart-x7:"
                                + " endpoints[0].addresses[0]: must be an IP address to call,"
                                + " is 'localhost'"),
                yaml(
                        "a pod of an unknown proxy mode",
                        pod("peakmesh.io/proxy: sidecar"),
                        "× wrong.yaml: Pod shop/cart-1:"
                                + " metadata.annotations[peakmesh.io/proxy]: must be redirect,"
                                + " mesh-port or none, is 'sidecar'"),
                yaml(
                        "a pod with a bad local port",
                        pod("config.peakmesh.io/local-ports: 'db:5432'"),
                        "× wrong.yaml: Pod shop/cart-1:"
                                + " metadata.annotations[config.peakmesh.io/local-ports]: must"
                                + " be a comma list such as 6379=redis.shop:6379, has 'db:5432'"),
                yaml(
                        "a pod with one local port twice",
                        pod("config.peakmesh.io/local-ports: '5432=db:5432, 5432=db:5433'"),
                        "× wrong.yaml: Pod shop/cart-1:"
                                + " metadata.annotations[config.peakmesh.io/local-ports]: gives"
                                + " port 5432 twice, the first one holds: remove one"),
                yaml(
                        "a pod whose two proxy ports are one",
                        pod("peakmesh.io/proxy: mesh-port, peakmesh.io/outbound-port: '15443'"),
                        "× wrong.yaml: Pod shop/cart-1:"
                                + " metadata.annotations[peakmesh.io/outbound-port]: must"
                                + " differ from peakmesh.io/mesh-port, both are 15443"),
                yaml(
                        "a pod with an unquoted annotation",
                        pod("peakmesh.io/proxy: mesh-port, peakmesh.io/mesh-port: 15443"),
                        "× wrong.yaml: Pod shop/cart-1:"
                                + " metadata.annotations[peakmesh.io/mesh-port]: must be text,"
                                + " is 15443: put it in quotes"),
                yaml(
                        "a namespace with a misspelt access mode",
                        """
                        apiVersion: v1
                        kind: Namespace
                        metadata: {name: books, annotations: {peakmesh.io/access: enforce}}
                        """,
                        "× wrong.yaml: Namespace books:"
                                + " metadata.annotations[peakmesh.io/access]: must be enforcing"
                                + " or permissive, is 'enforce': until then enforcing holds"));
    }

    private static List<Mistake> ofAnyKind() {
        return List.of(
                yaml(
                        "no kind",
                        "{apiVersion: v1, metadata: {name: cart, namespace: shop}}",
                        "× wrong.yaml: kind: is missing: say what the object is, for"
                                + " example Service (in the document from line 1)"),
                yaml(
                        "no metadata",
                        "{apiVersion: v1, kind: Service, spec: {ports: [{port: 80}]}}",
                        "× wrong.yaml: Service: metadata: is missing: add it (in the"
                                + " document from line 1)"),
                yaml(
                        "a name that cannot be one",
                        "{apiVersion: v1, kind: ServiceAccount, metadata: {name: The Cart}}",
                        "× wrong.yaml: ServiceAccount: metadata.name: is 'The Cart':"
                                + " a name is of lower-case letters, digits, '-' and '.', at"
                                + " most 253, a letter or digit at both ends of each part (in"
                                + " the document from line 1)"),
                yaml(
                        "an unknown version of a kind",
                        "{apiVersion: v2, kind: Service, metadata: {name: cart, namespace: shop}}",
                        "× wrong.yaml: Service shop/cart: apiVersion: is 'v2': Service needs v1"),
                yaml(
                        "an object that stands in another file too",
                        """
                        apiVersion: v1
                        kind: Service
                        metadata: {name: page, namespace: shop}
                        spec: {ports: [{port: 8000}]}
                        """,
                        "× wrong.yaml: Service shop/page: stands in shop.yaml too,"
                                + " and that one is used: remove one of the two"),
                yaml(
                        "an object twice in one file",
                        service("ports: [{port: 80}]") + "---\n" + service("ports: [{port: 81}]"),
                        "× wrong.yaml: Service shop/cart: stands twice in this file:"
                                + " the first is used, remove one"));
    }
}
