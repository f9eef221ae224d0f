package io.peakmesh.xds.translator.listener;

import io.envoyproxy.envoy.config.core.v3.SocketOption;
import io.envoyproxy.envoy.config.core.v3.TrafficDirection;
import io.envoyproxy.envoy.config.listener.v3.AdditionalAddress;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.peakmesh.model.ProxyMode;
import io.peakmesh.model.Workload;
import io.peakmesh.xds.translator.name.IpText;
import io.peakmesh.xds.translator.wire.Wire;
import java.util.ArrayList;
import java.util.List;

/** Where a listener is bound and how its connections are kept. */
final class Sockets {
    /** Linux: SOL_SOCKET and IPPROTO_TCP, as sidecars run on nothing else. */
    private static final int SOL_SOCKET = 1;

    private static final int IPPROTO_TCP = 6;

    private Sockets() {}

    /** On every address of the workload. */
    static Listener.Builder own(
            String name, Workload workload, int port, TrafficDirection direction) {
        return bound(name, workload.addresses(), port, direction);
    }

    /** Where only the workload's own app gets, if it may: on loopback, else on its addresses. */
    static Listener.Builder ofTheApp(
            String name, Workload workload, int port, TrafficDirection direction) {
        boolean loopback =
                workload.proxy() instanceof ProxyMode.MeshPort meshPort && meshPort.loopback();
        return loopback
                ? bound(name, List.of("127.0.0.1"), port, direction)
                : own(name, workload, port, direction);
    }

    /** On the wildcard address of each family that the workload has: where redirects land. */
    static Listener.Builder wildcard(
            String name, Workload workload, int port, TrafficDirection direction) {
        List<String> addresses = new ArrayList<>();
        if (workload.addresses().stream().anyMatch(a -> !IpText.isIpv6(a))) {
            addresses.add("0.0.0.0");
        }
        if (workload.addresses().stream().anyMatch(IpText::isIpv6)) {
            addresses.add("::");
        }
        return bound(name, addresses, port, direction);
    }

    private static Listener.Builder bound(
            String name, List<String> addresses, int port, TrafficDirection direction) {
        Listener.Builder listener =
                Listener.newBuilder()
                        .setName(name)
                        .setStatPrefix(name)
                        .setAddress(Wire.address(addresses.getFirst(), port))
                        .setTrafficDirection(direction)
                        .setPerConnectionBufferLimitBytes(Wire.uint32(128 * 1024))
                        .addSocketOptions(option("SO_KEEPALIVE", SOL_SOCKET, 9, 1))
                        .addSocketOptions(option("TCP_KEEPIDLE", IPPROTO_TCP, 4, 60))
                        .addSocketOptions(option("TCP_KEEPINTVL", IPPROTO_TCP, 5, 10))
                        .addSocketOptions(option("TCP_KEEPCNT", IPPROTO_TCP, 6, 3));
        for (String more : addresses.subList(1, addresses.size())) {
            listener.addAdditionalAddresses(
                    AdditionalAddress.newBuilder().setAddress(Wire.address(more, port)));
        }
        return listener;
    }

    private static SocketOption option(String description, int level, int name, int value) {
        return SocketOption.newBuilder()
                .setDescription(description)
                .setLevel(level)
                .setName(name)
                .setIntValue(value)
                .setState(SocketOption.SocketState.STATE_PREBIND)
                .build();
    }
}
