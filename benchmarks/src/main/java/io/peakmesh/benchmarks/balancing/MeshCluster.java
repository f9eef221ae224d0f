package io.peakmesh.benchmarks.balancing;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.peakmesh.model.Balancing;
import io.peakmesh.model.Mesh;
import io.peakmesh.model.Protocol;
import io.peakmesh.model.Service;
import io.peakmesh.model.ServiceName;
import io.peakmesh.model.ServicePort;
import io.peakmesh.model.Settings;
import io.peakmesh.model.WorkloadName;
import io.peakmesh.xds.translator.Asker;
import io.peakmesh.xds.translator.MeshView;
import io.peakmesh.xds.translator.ResourceKey;
import io.peakmesh.xds.translator.XdsType;
import io.peakmesh.xds.translator.envoy.EnvoyTranslator;
import io.peakmesh.xds.translator.name.ClusterName;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** The cluster that the control plane would send for a service that is balanced by a policy. */
final class MeshCluster {
    private static final ServiceName SERVICE = new ServiceName("bench", "backends");
    private static final int PORT = 80;

    private MeshCluster() {}

    /**
     * What the cluster has of the product: policy, limits, timeouts, outlier detection. Taken off
     * it are mTLS and HTTP/2, which a plain backend does not speak, and its endpoints' source; and
     * outlier detection where a policy is to be seen by itself.
     */
    static Cluster.Builder of(Policy policy, Balancing.PeakEwma settings) {
        Balancing balancing = new Balancing(word(policy), settings, Optional.empty());
        EnvoyTranslator translator = new EnvoyTranslator();
        Asker asker =
                new Asker(new WorkloadName("bench", "client"), "", policy == Policy.PEAK_EWMA);
        ResourceKey key =
                translator.key(XdsType.CLUSTER, new ClusterName.Svc(SERVICE, PORT).text(), asker);
        Cluster sent =
                translator
                        .translate(key, new MeshView(mesh(balancing)))
                        .map(Cluster.class::cast)
                        .orElseThrow();
        Cluster.Builder cluster =
                sent.toBuilder()
                        .clearEdsClusterConfig()
                        .clearTransportSocket()
                        .clearTransportSocketMatches()
                        .clearTypedExtensionProtocolOptions();
        if (policy != Policy.LEAST_REQUEST_EJECTING) {
            cluster.clearOutlierDetection();
        }
        return cluster;
    }

    /** The fallback is what a proxy without the module gets of a service with the default. */
    private static Balancing.Policy word(Policy policy) {
        return switch (policy) {
            case ROUND_ROBIN -> Balancing.Policy.ROUND_ROBIN;
            case RANDOM -> Balancing.Policy.RANDOM;
            case LEAST_REQUEST -> Balancing.Policy.LEAST_REQUEST;
            case LEAST_REQUEST_EJECTING, PEAK_EWMA -> Balancing.Policy.PEAK_EWMA;
            case NO_PROXY -> throw new IllegalArgumentException("no Envoy in it");
        };
    }

    private static Mesh mesh(Balancing balancing) {
        Mesh none = Mesh.empty(Settings.byDefault());
        Service service =
                new Service(
                        SERVICE,
                        List.of(new ServicePort("http", PORT, Protocol.HTTP1)),
                        List.of("10.96.0.1"),
                        Optional.empty(),
                        balancing,
                        false);
        TreeMap<ServiceName, Service> services = new TreeMap<>();
        services.put(SERVICE, service);
        return new Mesh(
                1,
                none.settings(),
                none.namespaces(),
                services,
                none.endpoints(),
                none.workloads(),
                none.splits(),
                none.targets(),
                none.addresses(),
                List.of());
    }
}
