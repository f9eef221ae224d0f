package io.peakmesh.cli.demo;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.peakmesh.cli.terminal.CliException;
import io.peakmesh.cli.terminal.HostPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How an app's calls by service name leave it: straight (without a mesh, or where a redirect brings
 * them to the sidecar), or through the sidecar as its HTTP proxy.
 */
final class WayOut {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    private final @Nullable HostPort sidecar;

    private WayOut(@Nullable HostPort sidecar) {
        this.sidecar = sidecar;
    }

    static WayOut straight() {
        return new WayOut(null);
    }

    static WayOut through(HostPort sidecar) {
        return new WayOut(sidecar);
    }

    /** As {@code http_proxy} says, which Java's own client does not read. */
    static WayOut of(Map<String, String> environment) {
        String proxy =
                environment.getOrDefault("http_proxy", environment.getOrDefault("HTTP_PROXY", ""));
        if (proxy.isBlank()) {
            return straight();
        }
        try {
            URI uri = URI.create(proxy.contains("://") ? proxy : "http://" + proxy);
            if ("http".equals(uri.getScheme()) && uri.getHost() != null && uri.getPort() > 0) {
                return through(
                        new HostPort(uri.getHost().replaceAll("[\\[\\]]", ""), uri.getPort()));
            }
        } catch (IllegalArgumentException malformed) {
            // Told below, with what is wanted instead.
        }
        throw new CliException(
                "http_proxy must be as in http://127.0.0.1:15001, is \"" + proxy + "\"");
    }

    HttpClient http() {
        ProxySelector proxy =
                sidecar == null
                        ? HttpClient.Builder.NO_PROXY
                        : ProxySelector.of(new InetSocketAddress(sidecar.host(), sidecar.port()));
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .proxy(proxy)
                .connectTimeout(CONNECT_TIMEOUT)
                .build();
    }

    ManagedChannel grpc(String service, int port) {
        return sidecar == null
                ? NettyChannelBuilder.forAddress(service, port).usePlaintext().build()
                : NettyChannelBuilder.forAddress(
                                new InetSocketAddress(sidecar.host(), sidecar.port()))
                        .overrideAuthority(service + ":" + port)
                        .usePlaintext()
                        .build();
    }

    /** A connection to the ledger, whose name is looked up anew each time. */
    Socket ledger(int timeoutMillis) throws IOException {
        HostPort at =
                sidecar == null
                        ? new HostPort("ledger", Shop.TCP_PORT)
                        : new HostPort(sidecar.host(), Shop.LEDGER_LOCAL_PORT);
        IOException failure = new IOException("no address of " + at.host());
        for (InetAddress address : InetAddress.getAllByName(at.host())) {
            Socket socket = new Socket();
            try {
                socket.connect(new InetSocketAddress(address, at.port()), timeoutMillis);
                return socket;
            } catch (IOException e) {
                socket.close();
                failure = e;
            }
        }
        throw failure;
    }
}
