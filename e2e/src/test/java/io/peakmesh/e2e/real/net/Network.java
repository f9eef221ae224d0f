package io.peakmesh.e2e.real.net;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * Hosts on one switch, apart from this machine's own network. Closing it removes every namespace,
 * and with them every link and rule.
 */
public final class Network implements Closeable {
    private static final List<String> TOOLS = List.of("ip", "nft", "nsenter", "setpriv");

    private final String prefix;
    private final Deque<Netns> namespaces = new ArrayDeque<>();
    private final List<Relay> relays = new ArrayList<>();
    private final Thread onExit = new Thread(this::removeAll);
    private int ports;

    /** Throws IllegalStateException with one line that names what this machine lacks. */
    public Network(RandomGenerator random) {
        List<String> missing = new ArrayList<>();
        if (!"root".equals(System.getProperty("user.name"))) {
            missing.add("root");
        }
        TOOLS.stream().filter(tool -> !onPath(tool)).forEach(missing::add);
        if (!missing.isEmpty()) {
            throw new IllegalStateException(
                    "Network namespaces need root and the Debian packages iproute2, nftables and"
                            + " util-linux (.ci/run installs them); missing here: "
                            + String.join(", ", missing));
        }
        this.prefix = "pm" + Integer.toHexString(random.nextInt(0x10000, 0x100000));
        Netns wires = new Netns(prefix + "-switch");
        namespaces.add(wires);
        Runtime.getRuntime().addShutdownHook(onExit);
        try {
            Command.run("ip -n " + wires.name() + " link add br0 type bridge forward_delay 0");
            Command.run("ip -n " + wires.name() + " link set br0 up");
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private static boolean onPath(String tool) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
                .map(folder -> Path.of(folder, tool))
                .anyMatch(Files::isExecutable);
    }

    /** Plugs in a host of this address in its /24. */
    public Host host(String name, String ip) {
        Netns wires = namespaces.getFirst();
        Netns netns = new Netns(prefix + "-" + name);
        namespaces.add(netns);
        String port = "port" + ports++;
        Command.run(
                "ip -n "
                        + wires.name()
                        + (" link add " + port + " type veth peer name eth0 netns ")
                        + netns.name());
        Command.run("ip -n " + wires.name() + " link set " + port + " master br0 up");
        Command.run("ip -n " + netns.name() + " addr add " + ip + "/24 dev eth0");
        Command.run("ip -n " + netns.name() + " link set eth0 up");
        return new Host(netns, ip, this);
    }

    void owns(Relay relay) {
        relays.add(relay);
    }

    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(onExit);
        removeAll();
    }

    private void removeAll() {
        List<Exception> failures = new ArrayList<>();
        List<Closeable> all = new ArrayList<>(relays);
        all.addAll(namespaces.reversed());
        for (Closeable one : all) {
            try {
                one.close();
            } catch (IOException | RuntimeException e) {
                failures.add(e);
            }
        }
        relays.clear();
        namespaces.clear();
        if (!failures.isEmpty()) {
            throw new IllegalStateException("not all was removed", failures.getFirst());
        }
    }
}
