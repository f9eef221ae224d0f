package io.peakmesh.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peakmesh.cli.terminal.CliException;
import io.peakmesh.cli.terminal.HostPort;
import java.io.IOException;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WayOutTest {
    private static ProxySelector proxy(HttpClient client) {
        try (client) {
            return client.proxy().orElseThrow();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://127.0.0.1:15001", "http://127.0.0.1:15001/", "127.0.0.1:15001"})
    void theEnvironmentsProxyIsTaken(String value) {
        assertThat(
                        proxy(WayOut.of(Map.of("http_proxy", value)).http())
                                .select(URI.create("http://web/")))
                .singleElement()
                .satisfies(p -> assertThat(p.address()).hasToString("/127.0.0.1:15001"));
    }

    @Test
    void withoutAProxyCallsGoStraight() {
        assertThat(proxy(WayOut.of(Map.of("http_proxy", "")).http()))
                .isSameAs(HttpClient.Builder.NO_PROXY);
    }

    @Test
    void anIpv6ProxyIsTakenToo() {
        assertThat(
                        proxy(WayOut.of(Map.of("HTTP_PROXY", "http://[::1]:15001")).http())
                                .select(URI.create("http://web/")))
                .singleElement()
                .satisfies(p -> assertThat(p.address()).hasToString("/[0:0:0:0:0:0:0:1]:15001"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"https://127.0.0.1:15001", "http://127.0.0.1", "http://a b:1", "nonsense"})
    void aProxyThatCannotBeUsedIsNamed(String value) {
        assertThatThrownBy(() -> WayOut.of(Map.of("http_proxy", value)))
                .isInstanceOf(CliException.class)
                .hasMessageContaining("\"" + value + "\"");
    }

    @Test
    void callsByServiceNameReachTheProxyWithThatName() throws Exception {
        HttpApp sidecar =
                HttpApp.start(
                        new HostPort("127.0.0.1", 0),
                        (path, caller) -> new HttpApp.Answer(200, Map.of("asked", path)));
        WayOut out = WayOut.through(new HostPort("127.0.0.1", sidecar.port()));

        try (sidecar;
                HttpClient client = out.http()) {
            assertThat(get(client, "http://catalog/items")).contains("\"asked\":\"/items\"");
        }
    }

    private static String get(HttpClient client, String uri)
            throws IOException, InterruptedException {
        return client.send(
                        HttpRequest.newBuilder(URI.create(uri)).build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }
}
