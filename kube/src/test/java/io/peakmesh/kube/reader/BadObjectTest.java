package io.peakmesh.kube.reader;

import static io.peakmesh.kube.reader.Texts.GOOD;
import static io.peakmesh.kube.reader.Texts.keys;
import static io.peakmesh.kube.reader.Texts.lines;
import static io.peakmesh.kube.reader.Texts.yaml;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Objects that are well-formed text and still wrong: one clear line each, siblings go on. */
class BadObjectTest {
    private static final String SERVICE =
            "{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {ports: [{port: 80}]}}";

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    port: 80            | port: eighty              | Service default/s: spec.ports[0].port: must be a whole number from 1 to 65535, is 'eighty'
                    port: 80            | port: '80'                | Service default/s: spec.ports[0].port: must be a whole number from 1 to 65535, is '80': leave out the quotes
                    port: 80            | port: 0                   | Service default/s: spec.ports[0].port: must be a whole number from 1 to 65535, is 0
                    port: 80            | port: 65536               | Service default/s: spec.ports[0].port: must be a whole number from 1 to 65535, is 65536
                    port: 80            | port: -1                  | Service default/s: spec.ports[0].port: must be a whole number from 1 to 65535, is -1
                    port: 80            | port: 80.5                | Service default/s: spec.ports[0].port: must be a whole number from 1 to 65535, is 80.5
                    port: 80            | name: http                | Service default/s: spec.ports[0].port: is missing: add it
                    port: 80            | port: 80, protocol: QUIC  | Service default/s: spec.ports[0].protocol: must be one of TCP, UDP, SCTP, is 'QUIC'
                    port: 80            | port: 80, targetPort: '1' | Service default/s: spec.ports[0].targetPort: is '1': leave out the quotes
                    port: 80            | port: 80, targetPort: 0   | Service default/s: spec.ports[0].targetPort: must be a whole number from 1 to 65535, is 0
                    {port: 80}          | {port: 80, name: a}, {port: 80, name: b} | Service default/s: spec.ports[1].port: 80 stands twice: one entry a port
                    {port: 80}          | {port: 80, name: a}, {port: 81} | Service default/s: spec.ports[1].name: is missing: with several ports each needs a name
                    {port: 80}          | {port: 80, name: a}, {port: 81, name: a} | Service default/s: spec.ports[1].name: stands twice: give each port a name of its own
                    {port: 80}          | ~                         | Service default/s: spec.ports[0]: must be an object with fields, is empty
                    {port: 80}          | 80                        | Service default/s: spec.ports[0]: must be an object with fields, is 80
                    [{port: 80}]        | {port: 80}                | Service default/s: spec.ports: must be a list, is an object of 1 fields
                    [{port: 80}]        | []                        | Service default/s: spec.ports: is missing: a service needs at least one port
                    {ports: [{port: 80}]} | [1]                     | Service default/s: spec: must be an object with fields, is a list of 1
                    , spec: {ports: [{port: 80}]} | ''              | Service default/s: spec: is missing: add it
                    ports:              | type: Magic, ports:       | Service default/s: spec.type: must be one of ClusterIP, NodePort, LoadBalancer, ExternalName, is 'Magic'
                    ports:              | type: ExternalName, ports: | Service default/s: spec.externalName: is missing: add it
                    ports:              | clusterIP: db.local, ports: | Service default/s: spec.clusterIP: must be an IP address to call, is 'db.local'
                    ports:              | clusterIP: 10.0.0.256, ports: | Service default/s: spec.clusterIP: must be an IP address to call, is '10.0.0.256'
                    ports:              | trafficDistribution: 1, ports: | Service default/s: spec.trafficDistribution: must be text, is 1: put it in quotes
                    ports:              | trafficDistribution: [PreferClose], ports: | Service default/s: spec.trafficDistribution: must be text, is a list of 1
                    ports:              | selector: {a: 1}, ports:  | Service default/s: spec.selector.a: must be text, is 1: put it in quotes
                    ports:              | selector: [a], ports:     | Service default/s: spec.selector: must be an object with fields, is a list of 1
                    name: s             | name: S_1                 | Service: metadata.name: is 'S_1': a name is of lower-case letters, digits and '-', at most 63, a letter or digit at both ends (in the document from line 6)
                    name: s             | name: 7                   | Service: metadata.name: must be text, is 7: put it in quotes (in the document from line 6)
                    name: s             | labels: {}                | Service: metadata.name: is missing: add it (in the document from line 6)
                    name: s             | name: s, namespace: A     | Service s: metadata.namespace: is 'A': a name is of lower-case letters, digits and '-', at most 63, a letter or digit at both ends
                    name: s             | name: s, labels: {a: yes, b: true} | Service default/s: metadata.labels.b: must be text, is true: put it in quotes
                    name: s             | name: s, creationTimestamp: today | Service default/s: metadata.creationTimestamp: is 'today': write a time like 2026-01-31T12:00:00Z
                    metadata: {name: s} | metadata: s               | Service: metadata: must be an object with fields, is 's' (in the document from line 6)
                    metadata: {name: s}, | ''                       | Service: metadata: is missing: add it (in the document from line 6)
                    apiVersion: v1      | apiVersion: v2            | Service default/s: apiVersion: is 'v2': Service needs v1
                    apiVersion: v1      | apiVersion: 1             | Service default/s: apiVersion: is missing: Service needs v1
                    kind: Service,      | ''                        | kind: is missing: say what the object is, for example Service (in the document from line 6)
                    kind: Service       | kind: [Service]           | kind: must be the name of a kind, is a list of 1 (in the document from line 6)
                    kind: Service       | kind: 'a b'               | kind: must be the name of a kind, is 'a b' (in the document from line 6)
                    kind: Service       | kind: TrafficSplit        | TrafficSplit default/s: apiVersion: is 'v1': TrafficSplit needs split.smi-spec.io/v1alpha…
                    kind: Service       | kind: EndpointSlice       | EndpointSlice default/s: apiVersion: is 'v1': EndpointSlice needs discovery.k8s.io/v1 or discovery.k8s.io/v1beta1
                    """)
    void eachMistakeIsOneLineWithObjectFieldAndRemedy(
            String part, String replacement, String expected) {
        String bad = SERVICE.replace(part, replacement);
        assertThat(bad).isNotEqualTo(SERVICE);
        String text = GOOD + "---\n" + bad + "\n---\n" + GOOD.replace("good", "also");

        assertThat(lines(yaml(text))).containsExactly("f.yaml: " + expected);
        assertThat(keys(yaml(text))).containsExactly("Service shop/good", "Service shop/also");
    }

    @Test
    void documentsThatAreNoObjectsSayWhereTheyBegin() {
        assertThat(lines(yaml("# note\n\n--- 5\n---\n- a\n---\nsome text\n")))
                .containsExactly(
                        "f.yaml: must be an object with kind and metadata, is 5 (in the document"
                                + " from line 3)",
                        "f.yaml: must be an object with kind and metadata, is a list of 1 (in the"
                                + " document from line 5)",
                        "f.yaml: must be an object with kind and metadata, is 'some text' (in the"
                                + " document from line 7)");
    }

    @Test
    void badItemsOfAListStopNoOther() {
        String list =
                """
                apiVersion: v1
                kind: List
                items:
                - {apiVersion: v1, kind: ServiceAccount, metadata: {name: first}}
                - null
                - 5
                - {apiVersion: v1, metadata: {name: nameless}}
                - {apiVersion: v1, kind: List, items: []}
                - {apiVersion: v1, kind: ServiceAccount, metadata: {name: last}}
                """;

        assertThat(keys(yaml(list)))
                .containsExactly("ServiceAccount default/first", "ServiceAccount default/last");
        assertThat(lines(yaml(list)))
                .containsExactly(
                        "f.yaml: items[1]: must be an object with kind and metadata, is empty (in"
                                + " the document from line 1)",
                        "f.yaml: items[2]: must be an object with kind and metadata, is 5 (in the"
                                + " document from line 1)",
                        "f.yaml: items[3].kind: is missing: say what the object is, for example"
                                + " Service (in the document from line 1)",
                        "f.yaml: List: items[4]: a list inside a list is not taken: put its items"
                                + " beside it (in the document from line 1)");
    }

    @Test
    void aListWithoutItemsIsAMistakeAndOneOfNullIsEmpty() {
        assertThat(lines(yaml("{apiVersion: v1, kind: List}")))
                .containsExactly("f.yaml: List: items: is missing (in the document from line 1)");
        assertThat(lines(yaml("{apiVersion: v1, kind: ServiceList, items: 5}")))
                .containsExactly(
                        "f.yaml: ServiceList: items: must be a list (in the document from line"
                                + " 1)");
        assertThat(yaml("{apiVersion: v1, kind: List, items: null}").problems()).isEmpty();
    }

    @Test
    void namesOfFieldsCannotBreakTheLine() {
        String text =
                "{apiVersion: v1, kind: ServiceAccount, metadata: {name: a, labels: {\"x\\ny\\e\":"
                        + " 5}}}";

        assertThat(lines(yaml(text)))
                .containsExactly(
                        "f.yaml: ServiceAccount default/a: metadata.labels.x y : must be text, is"
                                + " 5: put it in quotes");
    }

    @Test
    void slicesEndpointsAndPodsAreCheckedToo() {
        String text =
                """
                {apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: a}, addressType: IPv4}
                ---
                {apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: b, labels: {kubernetes.io/service-name: s}},
                 addressType: FQDN}
                ---
                {apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: c, labels: {kubernetes.io/service-name: s}},
                 addressType: IPv4, endpoints: [{addresses: [localhost]}, {conditions: {ready: maybe}, addresses: [127.0.0.1]}, {}]}
                ---
                {apiVersion: v1, kind: Endpoints, metadata: {name: d}, subsets: [{addresses: [{ip: 0.0.0.0}], ports: [{name: x}]}]}
                ---
                {apiVersion: v1, kind: Pod, metadata: {name: e}, status: {podIP: "fe80::1%eth0"}, spec: {containers: [{ports: [{}]}]}}
                """;

        assertThat(yaml(text).objects()).isEmpty();
        assertThat(lines(yaml(text)))
                .containsExactly(
                        "f.yaml: EndpointSlice default/a: metadata.labels[kubernetes.io/service-name]:"
                                + " is missing: it names the service of this slice",
                        "f.yaml: EndpointSlice default/b: addressType: FQDN is not taken: only IPv4"
                                + " and IPv6 addresses are called",
                        "f.yaml: EndpointSlice default/c: endpoints[0].addresses[0]: must be an IP"
                                + " address to call, is 'localhost'",
                        "f.yaml: EndpointSlice default/c: endpoints[1].conditions.ready: must be"
                                + " true or false, is 'maybe'",
                        "f.yaml: EndpointSlice default/c: endpoints[2].addresses: is missing: add"
                                + " the endpoint's address",
                        "f.yaml: Endpoints default/d: subsets[0].addresses[0].ip: must be an IP"
                                + " address to call, is '0.0.0.0'",
                        "f.yaml: Endpoints default/d: subsets[0].ports[0].port: is missing: add it",
                        "f.yaml: Pod default/e: status.podIP: must be an IP address to call, is"
                                + " 'fe80::1%eth0'",
                        "f.yaml: Pod default/e: spec.containers[0].ports[0].containerPort: is"
                                + " missing: add it");
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    [z1]                                | hints: must be an object with fields, is a list of 1
                    {forZones: z1}                      | hints.forZones: must be a list, is 'z1'
                    {forZones: [z1]}                    | hints.forZones[0]: must be an object with fields, is 'z1'
                    {forZones: [{name: z1}, {}]}        | hints.forZones[1].name: is missing: add it
                    {forZones: [{name: ''}]}            | hints.forZones[0].name: is empty: give it a value
                    {forZones: [{name: 1}]}             | hints.forZones[0].name: must be text, is 1: put it in quotes
                    {forZones: [{name: 'z 1'}]}         | hints.forZones[0].name: is 'z 1': a name is of letters, digits, '-', '_' and '.', at most 63, a letter or digit at both ends
                    {forZones: [{name: a}, {name: b}, {name: c}, {name: d}, {name: e}, {name: f}, {name: g}, {name: h}, {name: a}]} | hints.forZones: has 9 entries: at most 8 are taken
                    """)
    void hintsOfAnEndpointAreCheckedToo(String hints, String expected) {
        String slice =
                "{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: a, labels:"
                        + " {kubernetes.io/service-name: s}}, addressType: IPv4, endpoints:"
                        + " [{addresses: [10.0.0.1], hints: {forZones: [{name: a}, {name: b},"
                        + " {name: c}, {name: d}, {name: e}, {name: f}, {name: g}, {name: h}]}},"
                        + " {addresses: [10.0.0.2], hints: "
                        + hints
                        + "}]}";

        assertThat(lines(yaml(slice)))
                .containsExactly("f.yaml: EndpointSlice default/a: endpoints[1]." + expected);
        assertThat(yaml(slice).objects()).isEmpty();
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    v1 | name: N_1                            | Node: metadata.name: is 'N_1': a name is of lower-case letters, digits, '-' and '.', at most 253, a letter or digit at both ends of each part (in the document from line 6)
                    v1 | labels: {}                           | Node: metadata.name: is missing: add it (in the document from line 6)
                    v1 | name: n, labels: [z1]                | Node n: metadata.labels: must be an object with fields, is a list of 1
                    v1 | name: n, labels: {topology.kubernetes.io/zone: 1}    | Node n: metadata.labels[topology.kubernetes.io/zone]: must be text, is 1: put it in quotes
                    v1 | name: n, labels: {topology.kubernetes.io/zone: [z1]} | Node n: metadata.labels[topology.kubernetes.io/zone]: must be text, is a list of 1
                    v2 | name: n                              | Node n: apiVersion: is 'v2': Node needs v1
                    """)
    void nodesAreCheckedToo(String version, String metadata, String expected) {
        String node = "{apiVersion: " + version + ", kind: Node, metadata: {" + metadata + "}}";
        String text = GOOD + "---\n" + node + "\n---\n" + GOOD.replace("good", "also");

        assertThat(lines(yaml(text))).containsExactly("f.yaml: " + expected);
        assertThat(keys(yaml(text))).containsExactly("Service shop/good", "Service shop/also");
    }
}
