package io.peakmesh.xds.server.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.model.Mesh;
import io.peakmesh.model.ServiceAccountName;
import io.peakmesh.model.WorkloadName;
import io.peakmesh.xds.server.Meshes;
import io.peakmesh.xds.server.delta.Balancer;
import io.peakmesh.xds.server.delta.Effect;
import io.peakmesh.xds.server.delta.Event;
import io.peakmesh.xds.server.delta.Limits;
import io.peakmesh.xds.server.delta.Proxies;
import io.peakmesh.xds.server.delta.ProxyView;
import io.peakmesh.xds.server.delta.Request;
import io.peakmesh.xds.server.delta.Response;
import io.peakmesh.xds.server.peer.Peer;
import io.peakmesh.xds.server.snapshot.ResourceGraph;
import io.peakmesh.xds.translator.XdsType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** One stream step by step: what it is sent as its proxy's module and zone become known. */
class ModuleStreamTest {
    private static final WorkloadName PROXY = new WorkloadName("ns", "p");
    private static final Instant NOW = Instant.EPOCH;
    private static final String WITH = "with the module";
    private static final String BROKEN = ": Failed to load dynamic module: lib.so: no such file";

    private final Meshes meshes =
            new Meshes()
                    .workload("ns/p", "u", 1)
                    .service("ns/odd", 1)
                    .endpoints("ns/odd", 5)
                    .service("ns/even", 2)
                    .endpoints("ns/even", 6);
    private final ResourceGraph graph;
    private final Proxies proxies;
    private final List<Effect> effects = new ArrayList<>();
    private long stream;

    ModuleStreamTest() {
        Mesh mesh = meshes.next();
        graph =
                new ResourceGraph(
                        new SimTranslator(), Mesh.empty(mesh.settings()), (what, e) -> {});
        proxies = new Proxies(graph, Limits.byDefault());
        proxies.publish(mesh, NOW);
    }

    private void take(List<Proxies.Out> outs) {
        outs.forEach(out -> effects.add(out.effect()));
    }

    private void open() {
        stream++;
        Peer peer = new Peer(PROXY, "u", new ServiceAccountName("ns", "default"));
        take(proxies.open(stream, peer, NOW));
    }

    private static Request.Node node(String module, String zone) {
        return new Request.Node("ns/p", "", zone, "1.40.0", module, "");
    }

    private void ask(Request.Node node, XdsType type, String... names) {
        ask(node, type, Map.of(), names);
    }

    private void ask(
            Request.Node node, XdsType type, Map<String, String> versions, String... names) {
        Request request =
                new Request(
                        Optional.of(node),
                        type.url(),
                        List.of(names),
                        List.of(),
                        versions,
                        "",
                        Optional.empty());
        take(proxies.step(stream, new Event.Asked(request), NOW));
    }

    private void answer(Response response, Optional<String> error) {
        Request request =
                new Request(
                        Optional.empty(),
                        response.type().url(),
                        List.of(),
                        List.of(),
                        Map.of(),
                        response.nonce(),
                        error);
        take(proxies.step(stream, new Event.Asked(request), NOW));
    }

    private void ack(Response response) {
        answer(response, Optional.empty());
    }

    private void nack(Response response, String text) {
        answer(response, Optional.of(text));
    }

    private void publish() {
        take(proxies.publish(meshes.next(), NOW));
    }

    /** What was sent since the last look, which must be one response of this type. */
    private Response sent(XdsType type) {
        List<Response> responses = responses();
        assertThat(responses).hasSize(1);
        assertThat(responses.getFirst().type()).isEqualTo(type);
        return responses.getFirst();
    }

    private List<Response> responses() {
        List<Response> responses = new ArrayList<>();
        for (Effect effect : effects) {
            if (effect instanceof Effect.Send(Response response)) {
                responses.add(response);
            }
        }
        effects.removeIf(effect -> effect instanceof Effect.Send);
        return responses;
    }

    private static String content(Response response, String name) {
        return response.resources().stream()
                .filter(item -> item.resource().name().equals(name))
                .map(item -> ModelEnvoy.content(item.resource()))
                .findFirst()
                .orElse("");
    }

    private static String version(Response response, String name) {
        return response.resources().stream()
                .filter(item -> item.resource().name().equals(name))
                .map(item -> item.resource().version())
                .findFirst()
                .orElse("");
    }

    private <T extends Effect> List<T> of(Class<T> kind) {
        return effects.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    private Balancer balancer() {
        return view().balancer();
    }

    private ProxyView view() {
        return Objects.requireNonNull(proxies.view().get(PROXY));
    }

    @Test
    void onlyAProxyThatNamesTheModuleIsSentIt() {
        open();
        assertThat(balancer().reason()).isEqualTo("it has not sent its node yet");
        ask(node("v1", ""), XdsType.CLUSTER, "ns/odd");
        assertThat(content(sent(XdsType.CLUSTER), "ns/odd")).contains(WITH);
        assertThat(balancer()).isEqualTo(new Balancer(true, ""));

        open();
        ask(node("", ""), XdsType.CLUSTER, "ns/odd");
        Response stock = sent(XdsType.CLUSTER);
        assertThat(content(stock, "ns/odd")).contains("port 1").doesNotContain(WITH);
        assertThat(balancer().reason()).isEqualTo("its node names no Peak-EWMA module");
    }

    @Test
    void aZoneThatBecomesKnownBringsItsEndpointsAndNothingElse() {
        open();
        ask(node("v1", ""), XdsType.CLUSTER, "ns/odd", "ns/even");
        ack(sent(XdsType.CLUSTER));
        ask(node("v1", ""), XdsType.ENDPOINT, "ns/odd", "ns/even");
        Response first = sent(XdsType.ENDPOINT);
        assertThat(content(first, "ns/odd")).doesNotContain("near");
        ack(first);

        meshes.workload("ns/p", "u", 1, "a");
        publish();

        Response second = sent(XdsType.ENDPOINT);
        assertThat(content(second, "ns/odd")).contains("near a");
        assertThat(second.resources()).hasSize(1);
        ack(second);
        assertThat(responses()).isEmpty();
        int held = graph.size();

        meshes.workload("ns/p", "u", 2, "a");
        publish();
        assertThat(responses()).isEmpty();
        assertThat(graph.size()).isEqualTo(held);
    }

    @Test
    void theMeshsZoneCountsBeforeTheProxysAndOneThatIsNoZonesNameNotAtAll() {
        meshes.workload("ns/p", "u", 1, "a");
        publish();
        open();
        ask(node("v1", "claimed"), XdsType.ENDPOINT, "ns/odd");
        Response near = sent(XdsType.ENDPOINT);
        assertThat(content(near, "ns/odd")).contains("near a");
        ack(near);

        meshes.workload("ns/p", "u", 1, "");
        publish();
        assertThat(content(sent(XdsType.ENDPOINT), "ns/odd")).contains("near claimed");

        open();
        ask(node("v1", "z".repeat(64)), XdsType.ENDPOINT, "ns/odd");
        assertThat(content(sent(XdsType.ENDPOINT), "ns/odd")).doesNotContain("near");
    }

    @Test
    void aRefusedClusterComesAtOnceInTheFormThatEveryEnvoyUnderstands() {
        open();
        ask(node("v1", ""), XdsType.CLUSTER, "ns/odd", "ns/even");
        Response first = sent(XdsType.CLUSTER);

        nack(first, "Error adding/updating cluster(s) ns/odd" + BROKEN);

        Response second = sent(XdsType.CLUSTER);
        assertThat(content(second, "ns/odd")).contains("port 1").doesNotContain(WITH);
        assertThat(balancer().reason())
                .isEqualTo(
                        "Envoy refused the module: Failed to load dynamic module: lib.so: no such"
                                + " file");
        assertThat(of(Effect.ModuleRefused.class)).hasSize(1);
        assertThat(of(Effect.Rejected.class)).isEmpty();
        assertThat(proxies.quarantine()).isEmpty();
        assertThat(proxies.nacks()).isEqualTo(1);

        ack(second);
        assertThat(responses()).isEmpty();
        meshes.service("ns/odd", 3);
        publish();
        assertThat(content(sent(XdsType.CLUSTER), "ns/odd"))
                .contains("port 3")
                .doesNotContain(WITH);
    }

    @Test
    void aRefusalThatNamesNoResourceIsTakenForTheModuleToo() {
        open();
        ask(node("v1", ""), XdsType.CLUSTER, "ns/odd", "ns/even");

        nack(sent(XdsType.CLUSTER), "failed to create in-module load balancer configuration");

        List<String> came = new ArrayList<>();
        for (List<Response> next = responses(); !next.isEmpty(); next = responses()) {
            next.forEach(response -> {
                assertThat(response.toString()).doesNotContain(WITH);
                response.resources().forEach(item -> came.add(item.resource().name()));
                ack(response);
            });
        }
        assertThat(came).containsExactlyInAnyOrder("ns/odd", "ns/even");
        assertThat(of(Effect.Rejected.class)).isEmpty();
        assertThat(balancer().peakEwma()).isFalse();
    }

    @Test
    void whatWasUnderWayIsRefusedWithoutBeingToldAgain() {
        open();
        ask(node("v1", ""), XdsType.LISTENER);
        Response listeners = sent(XdsType.LISTENER);
        assertThat(content(listeners, "outbound")).contains(WITH);
        ask(node("v1", ""), XdsType.CLUSTER, "ns/odd");
        Response clusters = sent(XdsType.CLUSTER);

        nack(clusters, "Error adding/updating cluster(s) ns/odd" + BROKEN);
        Response stock = sent(XdsType.CLUSTER);
        nack(listeners, "Error adding/updating listener(s) in" + BROKEN + ", outbound" + BROKEN);
        ack(stock);

        Response again = sent(XdsType.LISTENER);
        assertThat(content(again, "outbound")).contains("ns/p").doesNotContain(WITH);
        assertThat(of(Effect.ModuleRefused.class)).hasSize(1);
        assertThat(of(Effect.Rejected.class)).isEmpty();
    }

    @Test
    void aResourceThatIsBadWithoutTheModuleTooIsStillCounted() {
        meshes.service("ns/even", 14);
        publish();
        open();
        ask(node("v1", ""), XdsType.CLUSTER, "ns/odd", "ns/even");
        Response first = sent(XdsType.CLUSTER);
        String bad = version(first, "ns/even");

        nack(first, "Error adding/updating cluster(s) ns/even: no, ns/odd" + BROKEN);

        assertThat(of(Effect.Rejected.class))
                .singleElement()
                .satisfies(r -> assertThat(r.versions()).isEqualTo(Map.of("ns/even", bad)));
        Response second = sent(XdsType.CLUSTER);
        assertThat(second.resources()).hasSize(1);
        assertThat(content(second, "ns/odd")).isNotEmpty();
    }

    @Test
    void aNewStreamTriesTheModuleAgainAndLeavesWhatIsInForceIfItIsRefusedAgain() {
        open();
        ask(node("v1", ""), XdsType.CLUSTER, "ns/odd");
        nack(sent(XdsType.CLUSTER), "Error adding/updating cluster(s) ns/odd" + BROKEN);
        Response stock = sent(XdsType.CLUSTER);
        ack(stock);

        open();
        Map<String, String> held = Map.of("ns/odd", version(stock, "ns/odd"));
        ask(node("v1", ""), XdsType.CLUSTER, held, "*", "ns/odd");
        Response tried = sent(XdsType.CLUSTER);
        assertThat(content(tried, "ns/odd")).contains(WITH);
        nack(tried, "Error adding/updating cluster(s) ns/odd" + BROKEN);

        assertThat(responses()).isEmpty();
        assertThat(view().type(XdsType.CLUSTER).held()).isEqualTo(held);
    }

    @Test
    void aProxyThatHoldsTheModulesFormIsSentNothingByAnotherStream() {
        open();
        ask(node("v1", ""), XdsType.CLUSTER, "ns/odd");
        Response first = sent(XdsType.CLUSTER);
        ack(first);

        open();
        Map<String, String> held = Map.of("ns/odd", version(first, "ns/odd"));
        ask(node("v1", ""), XdsType.CLUSTER, held, "*", "ns/odd");

        assertThat(responses()).isEmpty();
    }

    @Test
    void theSameWordsOfAProxyWithoutTheModuleOrOfAnotherTypeAreAnOrdinaryRefusal() {
        open();
        ask(node("none", ""), XdsType.CLUSTER, "ns/odd");
        nack(sent(XdsType.CLUSTER), "Error adding/updating cluster(s) ns/odd" + BROKEN);
        assertThat(of(Effect.ModuleRefused.class)).isEmpty();
        assertThat(of(Effect.Rejected.class)).hasSize(1);
        assertThat(balancer().reason()).isEqualTo("the module is not used");

        open();
        ask(node("v1", ""), XdsType.ENDPOINT, "ns/odd");
        nack(sent(XdsType.ENDPOINT), "peak_ewma: dynamic module");
        assertThat(of(Effect.ModuleRefused.class)).isEmpty();
        assertThat(balancer().peakEwma()).isTrue();
    }

    @Test
    void nothingStaysInTheGraphOfWhatAStreamWasKeyedTo() {
        open();
        ask(node("v1", ""), XdsType.CLUSTER, "ns/odd", "ns/even");
        nack(sent(XdsType.CLUSTER), "Error adding/updating cluster(s) ns/odd" + BROKEN);
        ask(node("v1", ""), XdsType.ENDPOINT, "ns/odd", "ns/even");
        meshes.workload("ns/p", "u", 1, "a");
        publish();

        assertThat(graph.size()).isEqualTo(4);
        take(proxies.closed(stream, NOW));
        assertThat(graph.size()).isZero();
    }

    @Test
    void whatARefusedResponseTookAwayIsSentWhenItComesBackMeanwhile() {
        open();
        ask(node("", ""), XdsType.LISTENER);
        Response first = sent(XdsType.LISTENER);
        assertThat(content(first, "in")).isNotEmpty();
        ack(first);
        meshes.workload("ns/p", "u", 2);
        publish();
        Response second = sent(XdsType.LISTENER);
        assertThat(second.removed()).containsExactly("in");

        meshes.workload("ns/p", "u", 1);
        publish();
        nack(second, "Error adding/updating listener(s) outbound: no");

        assertThat(version(sent(XdsType.LISTENER), "in")).isEqualTo(version(first, "in"));
    }
}
