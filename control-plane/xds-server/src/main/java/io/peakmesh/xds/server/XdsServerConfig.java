package io.peakmesh.xds.server;

import io.peakmesh.xds.server.delta.Limits;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * How a server is reached and what it bears.
 *
 * @param bind port 0 takes a free one
 * @param maxConnectionAge after which a client must connect anew, give or take a tenth, so that it
 *     shows a fresh token and finds new replicas
 * @param maxConnectionAgeGrace how long its streams may go on after that
 * @param keepAliveTime without traffic, after which the server asks whether the client is there
 * @param keepAliveTimeout for the client's answer to that
 * @param maxRequestBytes of one request
 * @param drain over which {@code close} spreads the ends of its streams
 * @param pushThreads that write responses
 */
public record XdsServerConfig(
        InetSocketAddress bind,
        Limits limits,
        Duration maxConnectionAge,
        Duration maxConnectionAgeGrace,
        Duration keepAliveTime,
        Duration keepAliveTimeout,
        int maxRequestBytes,
        Duration drain,
        int pushThreads) {
    public static XdsServerConfig at(InetSocketAddress bind) {
        return new XdsServerConfig(
                bind,
                Limits.byDefault(),
                Duration.ofMinutes(30),
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                Duration.ofSeconds(10),
                4 << 20,
                Duration.ofSeconds(5),
                Math.max(2, Runtime.getRuntime().availableProcessors()));
    }

    public XdsServerConfig withDrain(Duration drain) {
        return new XdsServerConfig(
                bind,
                limits,
                maxConnectionAge,
                maxConnectionAgeGrace,
                keepAliveTime,
                keepAliveTimeout,
                maxRequestBytes,
                drain,
                pushThreads);
    }
}
