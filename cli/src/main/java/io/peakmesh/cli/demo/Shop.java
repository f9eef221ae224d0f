package io.peakmesh.cli.demo;

import io.peakmesh.cli.terminal.CliException;
import io.peakmesh.cli.terminal.HostPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Who is in the shop and where: every instance has a loopback address of its own in one /24, so
 * that two demos on one machine do not meet.
 */
final class Shop {
    static final String NAMESPACE = "shop";
    static final int HTTP_PORT = 8080;
    static final int GRPC_PORT = 50051;
    static final int TCP_PORT = 7000;

    /** Where an app without redirect finds the TCP service: a port of its own address. */
    static final int LEDGER_LOCAL_PORT = 17000;

    static final int MESH_PORT = 15443;
    static final int OUTBOUND_PORT = 15001;
    static final int ADMIN_PORT = 15000;
    static final int XDS_PORT = 15010;
    private static final int ATTEMPTS = 20;

    /** What an instance speaks. */
    enum Kind {
        HTTP,
        GRPC,
        TCP,
        /** Takes no calls: the load generator. */
        CLIENT;

        /** Where its apps listen. */
        int port() {
            return switch (this) {
                case HTTP, CLIENT -> HTTP_PORT;
                case GRPC -> GRPC_PORT;
                case TCP -> TCP_PORT;
            };
        }
    }

    /**
     * One instance.
     *
     * @param app its service and service account
     * @param version empty where the app has only one
     * @param at where it listens
     */
    record Instance(String pod, String app, String version, Kind kind, HostPort at) {
        String ip() {
            return at.host();
        }

        int port() {
            return at.port();
        }

        /** The sidecar beside it, as its HTTP proxy. */
        WayOut throughSidecar() {
            return WayOut.through(new HostPort(ip(), OUTBOUND_PORT));
        }

        /** Runs it in this process; only who takes calls can be run. */
        App start(WayOut out) throws IOException {
            return switch (kind) {
                case HTTP -> app.equals("web") ? new WebApp(this, out) : HttpApp.catalog(this);
                case GRPC -> new CartApp(this, out);
                case TCP -> new LedgerApp(this);
                case CLIENT -> throw new IllegalArgumentException(pod);
            };
        }
    }

    private final List<Instance> instances = new ArrayList<>();
    private final String block;

    /** {@code block} is the first three bytes of the addresses, for example {@code 127.80.3}. */
    Shop(String block) {
        this.block = block;
        add("load", "", Kind.CLIENT, 1);
        add("web", "", Kind.HTTP, 2);
        add("catalog", "v1", Kind.HTTP, 2);
        add("catalog", "v2", Kind.HTTP, 2);
        add("cart", "", Kind.GRPC, 3);
        add("ledger", "", Kind.TCP, 2);
    }

    /** A shop on a block of loopback addresses where nobody listens yet. */
    static Shop onFreeAddresses() {
        RandomGenerator random = RandomGenerator.getDefault();
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Shop shop = new Shop("127." + random.nextInt(64, 250) + "." + random.nextInt(1, 250));
            if (free(shop.controlPlane(), XDS_PORT)
                    && free(shop.instances.getFirst().ip(), MESH_PORT)) {
                return shop;
            }
        }
        throw new CliException(
                "no free block of loopback addresses found; the demo needs 127.0.0.0/8 on the"
                        + " loopback interface, as Linux has it");
    }

    private static boolean free(String ip, int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getByName(ip), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }

    /** The control plane's own address. */
    String controlPlane() {
        return block + ".1";
    }

    private void add(String app, String version, Kind kind, int count) {
        for (int i = 1; i <= count; i++) {
            String pod = app + (version.isEmpty() ? "" : "-" + version) + "-" + i;
            String ip = block + "." + (instances.size() + 11);
            instances.add(new Instance(pod, app, version, kind, new HostPort(ip, kind.port())));
        }
    }

    List<Instance> instances() {
        return List.copyOf(instances);
    }

    List<Instance> of(String app) {
        return instances.stream().filter(i -> i.app().equals(app)).toList();
    }

    Instance pod(String name) {
        return instances.stream().filter(i -> i.pod().equals(name)).findFirst().orElseThrow();
    }
}
