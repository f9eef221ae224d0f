package io.peakmesh.xds.translator;

import com.google.protobuf.Message;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc.AggregatedDiscoveryServiceImplBase;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import io.grpc.stub.StreamObserver;
import io.peakmesh.model.Mesh;
import io.peakmesh.model.WorkloadName;
import io.peakmesh.peakewma.module.PeakEwmaModule;
import io.peakmesh.xds.translator.envoy.EnvoyTranslator;
import io.peakmesh.xds.translator.wire.Wire;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Just enough of a delta ADS server to put translations in front of a real Envoy: no versions, no
 * limits, no order. The real one has a room of its own.
 */
final class SmallAds extends AggregatedDiscoveryServiceImplBase {
    private final Translator translator = new EnvoyTranslator();
    private final Certificates certificates;
    private final List<Session> sessions = new CopyOnWriteArrayList<>();
    private final List<String> refusals = new CopyOnWriteArrayList<>();
    private volatile Mesh mesh;

    SmallAds(Certificates certificates, Mesh mesh) {
        this.certificates = certificates;
        this.mesh = mesh;
    }

    /** What proxies said they could not use, and why. */
    List<String> refusals() {
        return refusals;
    }

    void publish(Mesh next) {
        mesh = next;
        sessions.forEach(Session::refresh);
    }

    @Override
    public StreamObserver<DeltaDiscoveryRequest> deltaAggregatedResources(
            StreamObserver<DeltaDiscoveryResponse> responses) {
        Session session = new Session(responses);
        sessions.add(session);
        return session;
    }

    private final class Session implements StreamObserver<DeltaDiscoveryRequest> {
        private final StreamObserver<DeltaDiscoveryResponse> responses;
        private final Map<XdsType, Map<String, Optional<Message>>> sent =
                new EnumMap<>(XdsType.class);
        private Optional<Asker> asker = Optional.empty();
        private int nonce;

        Session(StreamObserver<DeltaDiscoveryResponse> responses) {
            this.responses = responses;
        }

        @Override
        public synchronized void onNext(DeltaDiscoveryRequest request) {
            if (request.hasNode()) {
                asker = Optional.of(asker(request.getNode()));
            }
            if (request.hasErrorDetail()) {
                refusals.add(request.getErrorDetail().getMessage());
            }
            XdsType type = XdsType.ofUrl(request.getTypeUrl()).orElseThrow();
            List<String> names = new ArrayList<>(request.getResourceNamesSubscribeList());
            if (!sent.containsKey(type)) {
                sent.put(type, new TreeMap<>());
                names.addAll(translator.always(type, workload(), new MeshView(mesh)));
            }
            names.remove("*");
            if (!names.isEmpty()) {
                send(type, names, false);
            }
        }

        synchronized void refresh() {
            for (XdsType type : List.copyOf(sent.keySet())) {
                send(type, List.copyOf(sent.getOrDefault(type, Map.of()).keySet()), true);
            }
        }

        private void send(XdsType type, List<String> names, boolean onlyChanged) {
            DeltaDiscoveryResponse.Builder response =
                    DeltaDiscoveryResponse.newBuilder().setTypeUrl(type.url());
            Map<String, Optional<Message>> known = sent.getOrDefault(type, Map.of());
            for (String name : names) {
                Optional<Message> message = translate(type, name);
                if (onlyChanged && message.equals(known.get(name))) {
                    continue;
                }
                known.put(name, message);
                message.ifPresentOrElse(
                        m ->
                                response.addResources(
                                        Resource.newBuilder()
                                                .setName(name)
                                                .setVersion(Integer.toString(nonce))
                                                .setResource(Wire.any(m))),
                        () -> response.addRemovedResources(name));
            }
            if (response.getResourcesCount() + response.getRemovedResourcesCount() > 0) {
                responses.onNext(response.setNonce(Integer.toString(nonce++)).build());
            }
            if (type == XdsType.CLUSTER) {
                sendEndpointsOf(response);
            }
        }

        /** A cluster made anew waits for its endpoints, and Envoy does not ask for them again. */
        private void sendEndpointsOf(DeltaDiscoveryResponse.Builder clusters) {
            Map<String, Optional<Message>> held = sent.getOrDefault(XdsType.ENDPOINT, Map.of());
            List<String> names =
                    clusters.getResourcesList().stream()
                            .map(Resource::getName)
                            .filter(held::containsKey)
                            .toList();
            if (!names.isEmpty()) {
                send(XdsType.ENDPOINT, names, false);
            }
        }

        private Optional<Message> translate(XdsType type, String name) {
            if (type == XdsType.SECRET) {
                return Optional.ofNullable(mesh.workloads().get(workload()))
                        .map(w -> certificates.secret(name, w.serviceAccount()));
            }
            ResourceKey key = translator.key(type, name, asker.orElseThrow());
            return translator.translate(key, new MeshView(mesh));
        }

        private WorkloadName workload() {
            return asker.orElseThrow().workload();
        }

        private static Asker asker(Node node) {
            String module =
                    node.getMetadata()
                            .getFieldsOrDefault("peakmesh_lb", Value.getDefaultInstance())
                            .getStringValue();
            return new Asker(
                    WorkloadName.parse(node.getId()),
                    node.getLocality().getZone(),
                    module.equals(PeakEwmaModule.MARKER));
        }

        @Override
        public void onError(Throwable lost) {
            sessions.remove(this);
        }

        @Override
        public void onCompleted() {
            sessions.remove(this);
            responses.onCompleted();
        }
    }
}
