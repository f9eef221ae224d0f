package io.peakmesh.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.peakmesh.model.ServiceAccountName;
import io.peakmesh.model.WorkloadName;
import io.peakmesh.xds.server.ServerStatus;
import io.peakmesh.xds.server.delta.ProxyView;
import io.peakmesh.xds.server.delta.Request;
import io.peakmesh.xds.server.peer.Peer;
import io.peakmesh.xds.translator.XdsType;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ProxyReportTest {
    private static final WorkloadName WEB = new WorkloadName("shop", "web-1");
    private static final Instant SINCE = Instant.parse("2026-01-31T12:00:00Z");

    private static ServerStatus status() {
        ProxyView.OfType clusters =
                new ProxyView.OfType(
                        3,
                        Map.of("b", "v1", "a", "v2"),
                        Map.of("c", "v3"),
                        2,
                        "c: bad cluster",
                        false);
        ProxyView web =
                new ProxyView(
                        new Peer(WEB, "u1", new ServiceAccountName("shop", "web")),
                        Optional.empty(),
                        SINCE,
                        Map.of(XdsType.CLUSTER, clusters));
        TreeMap<WorkloadName, ProxyView> proxies = new TreeMap<>(Map.of(WEB, web));
        return new ServerStatus(
                proxies, List.of(), new ServerStatus.Counters(1, 0, 0, 0, 0, 0, 0, 0, 0, 0));
    }

    private static JsonNode json(Object rows) {
        return new ObjectMapper().valueToTree(rows);
    }

    @Test
    void allProxiesAreToldInShort() {
        JsonNode rows = json(ProxyReport.of(status(), ""));

        assertThat(rows).hasSize(1);
        JsonNode web = rows.path(0);
        assertThat(web.path("workload").asText()).isEqualTo("shop/web-1");
        assertThat(web.path("identity").asText()).isEqualTo("shop/web");
        assertThat(web.path("envoy").asText()).isEqualTo("-");
        assertThat(web.path("balancer").asText()).isEqualTo("least-request");
        assertThat(web.path("balancerReason").asText()).isEqualTo("it has not sent its node yet");
        assertThat(web.path("since").asText()).isEqualTo("2026-01-31T12:00:00Z");
        JsonNode type = web.path("types").path(0);
        assertThat(type.path("type").asText()).isEqualTo("CLUSTER");
        assertThat(type.path("subscribed").asInt()).isEqualTo(3);
        assertThat(type.path("held").asInt()).isEqualTo(2);
        assertThat(type.path("nacks").asInt()).isEqualTo(2);
        assertThat(type.path("refused").asInt()).isEqualTo(1);
        assertThat(type.path("lastNack").asText()).isEqualTo("c: bad cluster");
        assertThat(type.path("settled").asBoolean(true)).isFalse();
        assertThat(type.has("resources")).isFalse();
    }

    @Test
    void aProxyWithTheModuleBalancesByPeakEwma() {
        ProxyView web =
                new ProxyView(
                        new Peer(WEB, "u1", new ServiceAccountName("shop", "web")),
                        Optional.of(new Request.Node("shop/web-1", "", "", "1.40.0", "v1", "")),
                        SINCE,
                        Map.of());
        JsonNode row =
                json(ProxyReport.of(
                                new ServerStatus(
                                        new TreeMap<>(Map.of(WEB, web)),
                                        List.of(),
                                        status().counters()),
                                ""))
                        .path(0);

        assertThat(row.path("balancer").asText()).isEqualTo("peak-ewma");
        assertThat(row.path("balancerReason").asText("-")).isEmpty();
        assertThat(row.path("envoy").asText()).isEqualTo("1.40.0");
    }

    @Test
    void oneProxyIsToldWithWhatItHoldsAndWhatItRefused() {
        JsonNode resources =
                json(ProxyReport.of(status(), "shop/web-1"))
                        .path(0)
                        .path("types")
                        .path(0)
                        .path("resources");

        assertThat(resources).hasSize(3);
        assertThat(resources.path(0).toString())
                .isEqualTo("{\"name\":\"a\",\"version\":\"v2\",\"state\":\"held\"}");
        assertThat(resources.path(2).toString())
                .isEqualTo("{\"name\":\"c\",\"version\":\"v3\",\"state\":\"refused\"}");
    }

    @Test
    void aProxyThatIsNotConnectedIsRefusedWithAWayOn() {
        assertThatThrownBy(() -> ProxyReport.of(status(), "shop/none"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no proxy of shop/none is connected; see all: mesh diagnostics config");
    }
}
