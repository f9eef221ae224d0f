package io.peakmesh.kube.reader;

import static io.peakmesh.kube.reader.Texts.one;
import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.model.ObjectRef;
import io.peakmesh.smi.object.MeshObject.EndpointSet;
import io.peakmesh.smi.object.MeshObject.EndpointSet.Address;
import io.peakmesh.smi.object.MeshObject.EndpointSet.SlicePort;
import io.peakmesh.smi.object.MeshObject.EndpointSliceObject;
import io.peakmesh.smi.object.MeshObject.EndpointsObject;
import io.peakmesh.smi.object.MeshObject.NodeObject;
import io.peakmesh.smi.object.MeshObject.PodObject;
import io.peakmesh.smi.object.MeshObject.ServiceObject;
import io.peakmesh.smi.object.MeshObject.SmiObject;
import io.peakmesh.smi.object.Meta;
import io.peakmesh.smi.object.ObjectKey;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Every field of every kind arrives in its record. */
class DecodingTest {
    @Test
    void metadataOfAnObjectFromACluster() {
        Meta meta =
                one(
                                ServiceObject.class,
                                """
                                apiVersion: v1
                                kind: Service
                                metadata:
                                  name: web
                                  namespace: shop
                                  uid: 9b2c
                                  creationTimestamp: "2026-01-31T12:00:00Z"
                                  labels: {app: web}
                                  annotations: {note: "1"}
                                spec: {ports: [{port: 80}]}
                                """)
                        .meta();

        assertThat(meta.ref()).isEqualTo(new ObjectRef("Service", "shop", "web", "f.yaml"));
        assertThat(meta.uid()).isEqualTo("9b2c");
        assertThat(meta.created()).contains(Instant.parse("2026-01-31T12:00:00Z"));
        assertThat(meta.labels()).containsOnly(Map.entry("app", "web"));
        assertThat(meta.annotations()).containsOnly(Map.entry("note", "1"));
    }

    @Test
    void aService() {
        ServiceObject service =
                one(
                        ServiceObject.class,
                        """
                        apiVersion: v1
                        kind: Service
                        metadata: {name: web, creationTimestamp: null}
                        spec:
                          type: NodePort
                          clusterIP: 10.0.0.7
                          clusterIPs: [10.0.0.7, "FD00:0:0::0007"]
                          selector: {app: web}
                          publishNotReadyAddresses: true
                          trafficDistribution: PreferClose
                          ports:
                          - {name: http, port: 80, targetPort: web, appProtocol: kubernetes.io/h2c}
                          - {name: dns, port: 53, targetPort: 5353, protocol: UDP, nodePort: 30000}
                          - {name: dns-tcp, port: 53}
                        """);

        assertThat(service.meta().namespace()).isEqualTo("default");
        assertThat(service.meta().created()).isEmpty();
        assertThat(service.type()).isEqualTo("NodePort");
        assertThat(service.clusterIps()).containsExactly("10.0.0.7", "fd00::7");
        assertThat(service.selector()).containsOnly(Map.entry("app", "web"));
        assertThat(service.publishNotReadyAddresses()).isTrue();
        assertThat(service.trafficDistribution()).isEqualTo("PreferClose");
        assertThat(service.ports())
                .containsExactly(
                        new ServiceObject.Port("http", 80, "web", "TCP", "kubernetes.io/h2c"),
                        new ServiceObject.Port("dns", 53, "5353", "UDP", ""),
                        new ServiceObject.Port("dns-tcp", 53, "", "TCP", ""));
    }

    @Test
    void headlessAndExternalServicesHaveNoAddress() {
        ServiceObject headless =
                one(
                        ServiceObject.class,
                        "{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {clusterIP:"
                                + " None}}");
        ServiceObject external =
                one(
                        ServiceObject.class,
                        "{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {type:"
                                + " ExternalName, externalName: db.example.org.}}");

        assertThat(headless.clusterIps()).isEmpty();
        assertThat(external.externalName()).isEqualTo("db.example.org");
        assertThat(external.trafficDistribution()).isEmpty();
    }

    @Test
    void anEndpointSliceOfV1() {
        EndpointSliceObject slice =
                one(
                        EndpointSliceObject.class,
                        """
                        apiVersion: discovery.k8s.io/v1
                        kind: EndpointSlice
                        metadata: {name: web-1, namespace: shop, labels: {kubernetes.io/service-name: web}}
                        addressType: IPv4
                        ports:
                        - {name: http, port: 8080, appProtocol: http}
                        - {name: any, protocol: UDP}
                        endpoints:
                        - addresses: [127.0.1.1]
                          nodeName: n1
                          zone: z1
                          hints:
                            forZones: [{name: z2}, {name: Zone_1.a}, {name: z2}]
                            forNodes: [{name: n1}]
                          targetRef: {kind: Pod, name: web-a, namespace: shop}
                        - addresses: [127.0.1.2]
                          conditions: {ready: false, serving: true, terminating: true}
                          targetRef: {kind: Pod, name: web-b, namespace: elsewhere}
                          hints: {forZones: null}
                        - addresses: [127.0.1.3]
                          conditions: {ready: null}
                          hints: null
                        """);

        assertThat(slice.service()).isEqualTo("web");
        assertThat(slice.set().ports())
                .containsExactly(
                        new SlicePort("http", 8080, "TCP", "http"),
                        new SlicePort("any", 0, "UDP", ""));
        assertThat(slice.set().addresses())
                .containsExactly(
                        new Address(
                                List.of("127.0.1.1"),
                                true,
                                true,
                                false,
                                Optional.of("web-a"),
                                "n1",
                                "z1",
                                List.of("Zone_1.a", "z2")),
                        new Address(
                                List.of("127.0.1.2"),
                                false,
                                true,
                                true,
                                Optional.empty(),
                                "",
                                "",
                                List.of()),
                        new Address(
                                List.of("127.0.1.3"),
                                true,
                                true,
                                false,
                                Optional.empty(),
                                "",
                                "",
                                List.of()));
    }

    @Test
    void anEndpointSliceOfV1beta1HasItsTopologyInAMap() {
        EndpointSliceObject slice =
                one(
                        EndpointSliceObject.class,
                        """
                        apiVersion: discovery.k8s.io/v1beta1
                        kind: EndpointSlice
                        metadata: {name: web-1, labels: {kubernetes.io/service-name: web}}
                        addressType: IPv6
                        endpoints:
                        - addresses: ["fd00:0:0:1::1"]
                          topology: {kubernetes.io/hostname: n1, topology.kubernetes.io/zone: z1}
                          hints: {forZones: [{name: z1}]}
                        """);

        assertThat(slice.set().addresses())
                .containsExactly(
                        new Address(
                                List.of("fd00:0:0:1::1"),
                                true,
                                true,
                                false,
                                Optional.empty(),
                                "n1",
                                "z1",
                                List.of("z1")));
    }

    @Test
    void endpoints() {
        EndpointsObject endpoints =
                one(
                        EndpointsObject.class,
                        """
                        apiVersion: v1
                        kind: Endpoints
                        metadata: {name: web}
                        subsets:
                        - addresses: [{ip: 10.1.0.1, nodeName: n1, targetRef: {kind: Pod, name: p}}]
                          notReadyAddresses: [{ip: 10.1.0.2}]
                          ports: [{name: http, port: 80}]
                        """);

        assertThat(endpoints.sets())
                .containsExactly(
                        new EndpointSet(
                                List.of(new SlicePort("http", 80, "TCP", "")),
                                List.of(
                                        new Address(
                                                List.of("10.1.0.1"),
                                                true,
                                                true,
                                                false,
                                                Optional.of("p"),
                                                "n1",
                                                "",
                                                List.of()),
                                        new Address(
                                                List.of("10.1.0.2"),
                                                false,
                                                false,
                                                false,
                                                Optional.empty(),
                                                "",
                                                "",
                                                List.of()))));
    }

    @Test
    void aPodFromACluster() {
        PodObject pod =
                one(
                        PodObject.class,
                        """
                        apiVersion: v1
                        kind: Pod
                        metadata: {name: web-a, deletionTimestamp: "2026-01-31T12:00:00+01:00"}
                        spec:
                          serviceAccountName: web
                          nodeName: n1
                          hostNetwork: true
                          initContainers:
                          - {name: once, ports: [{containerPort: 1}]}
                          - {name: side, restartPolicy: Always, ports: [{containerPort: 2}]}
                          containers:
                          - {name: web, ports: [{name: http, containerPort: 80}, {containerPort: 53, protocol: UDP}]}
                        status:
                          phase: Running
                          podIP: 10.1.0.1
                          podIPs: [{ip: 10.1.0.1}, {ip: "fd00::1"}]
                          conditions: [{type: Initialized, status: "True"}, {type: Ready, status: "False"}]
                        """);

        assertThat(pod)
                .isEqualTo(
                        new PodObject(
                                pod.meta(),
                                "web",
                                "n1",
                                List.of("10.1.0.1", "fd00::1"),
                                true,
                                false,
                                true,
                                false,
                                List.of(
                                        new PodObject.ContainerPort("http", 80, "TCP"),
                                        new PodObject.ContainerPort("", 53, "UDP"),
                                        new PodObject.ContainerPort("", 2, "TCP"))));
    }

    @Test
    void aPodWrittenByHandIsReadyAndOneThatEndedIsFinished() {
        String text = "{apiVersion: v1, kind: Pod, metadata: {name: a}, status: {podIP: 127.0.0.2";

        assertThat(one(PodObject.class, text + "}}").ready()).isTrue();
        assertThat(one(PodObject.class, text + "}}").serviceAccount()).isEqualTo("default");
        assertThat(one(PodObject.class, text + ", phase: Failed}}").finished()).isTrue();
        assertThat(one(PodObject.class, text + ", conditions: [{type: x}]}}").ready()).isFalse();
    }

    @Test
    void aNodeFromAClusterIsItsNameAndItsLabels() {
        NodeObject node =
                one(
                        NodeObject.class,
                        """
                        apiVersion: v1
                        kind: Node
                        metadata:
                          name: ip-10-0-0-1.eu-west-1.compute.internal
                          uid: 9b2c
                          creationTimestamp: "2026-01-31T12:00:00Z"
                          labels: {topology.kubernetes.io/zone: eu-west-1a, node-role.kubernetes.io/control-plane: ""}
                          annotations: {node.alpha.kubernetes.io/ttl: "0"}
                        spec: {podCIDR: 10.1.0.0/24, providerID: 5, taints: [{effect: NoSchedule}]}
                        status: {capacity: {cpu: 4}, images: [{names: [a], sizeBytes: 1}], addresses: none}
                        """);

        assertThat(node.key())
                .isEqualTo(new ObjectKey("Node", "", "ip-10-0-0-1.eu-west-1.compute.internal"));
        assertThat(node.meta().ref().origin()).isEqualTo("f.yaml");
        assertThat(node.meta().labels())
                .containsExactly(
                        Map.entry("node-role.kubernetes.io/control-plane", ""),
                        Map.entry("topology.kubernetes.io/zone", "eu-west-1a"));
        assertThat(node.meta().uid()).isEmpty();
        assertThat(node.meta().created()).isEmpty();
        assertThat(node.meta().annotations()).isEmpty();
    }

    @Test
    void smiObjectsArePassedOnInTheirVersion() {
        SmiObject split =
                one(
                        SmiObject.class,
                        """
                        apiVersion: split.smi-spec.io/v1alpha1
                        kind: TrafficSplit
                        metadata: {name: t, namespace: shop}
                        spec: {service: web, backends: [{service: a, weight: 500m}, {service: b, weight: 1}]}
                        matches: null
                        """);

        assertThat(split.group()).isEqualTo("split.smi-spec.io");
        assertThat(split.version()).isEqualTo("v1alpha1");
        assertThat(split.body())
                .containsOnly(
                        Map.entry(
                                "spec",
                                Map.of(
                                        "service",
                                        "web",
                                        "backends",
                                        List.of(
                                                Map.of("service", "a", "weight", "500m"),
                                                Map.of("service", "b", "weight", 1L)))));
    }

    @Test
    void scalarsFollowTheCoreSchemaOfYaml12() {
        SmiObject object =
                one(
                        SmiObject.class,
                        """
                        apiVersion: specs.smi-spec.io/v1alpha4
                        kind: TCPRoute
                        metadata: {name: t}
                        v: [yes, on, 0x1F, 0o17, 010, 1e3, .5, +7, "8", !!str 9, 1.2.3, 2026-01-01, 99999999999999999999]
                        """);

        assertThat(object.body().get("v"))
                .isEqualTo(
                        List.of(
                                "yes",
                                "on",
                                31L,
                                15L,
                                10L,
                                1000.0,
                                0.5,
                                7L,
                                "8",
                                "9",
                                "1.2.3",
                                "2026-01-01",
                                1e20));
    }
}
