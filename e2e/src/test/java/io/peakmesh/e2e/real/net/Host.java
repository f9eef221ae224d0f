package io.peakmesh.e2e.real.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** A machine with one address on the switch. */
public final class Host {
    /** In the image of the proxy; tests run in their module's folder. */
    static final String REDIRECT = "../proxy-injector/src/main/image/peakmesh-redirect";

    private static final int CONNECT_MILLIS = 5_000;

    private final Netns netns;
    private final String ip;
    private final Network network;

    Host(Netns netns, String ip, Network network) {
        this.netns = netns;
        this.ip = ip;
        this.network = network;
    }

    public String ip() {
        return ip;
    }

    /** Sends packets for {@code cidr} out to the switch. */
    public void route(String cidr) {
        Command.run("ip -n " + netns.name() + " route add " + cidr + " dev eth0");
    }

    /** One more address, of either family, with the length of its network. */
    public void address(String cidr) {
        Command.run(
                "ip -n "
                        + netns.name()
                        + (" addr add " + cidr + " dev eth0")
                        + (cidr.contains(":") ? " nodad" : ""));
    }

    /**
     * Sends TCP through the proxy that runs as {@code uid}, by the very script that an injected
     * pod's init container runs, with {@code more} of its arguments.
     */
    public void redirect(int uid, String... more) {
        List<String> command = new ArrayList<>(List.of(REDIRECT, "--uid", "" + uid));
        command.addAll(List.of(more));
        run(command);
    }

    /** Runs a program here to its end; throws IllegalStateException if it fails. */
    String run(List<String> words) {
        List<String> command = new ArrayList<>(netns.prefix());
        command.addAll(words);
        return Command.run(command);
    }

    /** What to put before a command that shall run on this host as {@code uid}. */
    public List<String> prefix(int uid) {
        List<String> prefix = new ArrayList<>(netns.prefix());
        // It may read what root may: the test's files are root's own.
        prefix.addAll(
                List.of(
                        "setpriv",
                        "--reuid",
                        "" + uid,
                        "--regid",
                        "" + uid,
                        "--clear-groups",
                        "--inh-caps",
                        "+dac_override",
                        "--ambient-caps",
                        "+dac_override",
                        "--"));
        return prefix;
    }

    /** Connects as an app of this host does. */
    public Socket connect(String address, int port) throws IOException {
        return netns.call(() -> {
            Socket socket = new Socket();
            socket.connect(
                    new InetSocketAddress(InetAddress.getByName(address), port), CONNECT_MILLIS);
            return socket;
        });
    }

    /** A loopback address of the test whose connections go on from this host to the address. */
    public InetSocketAddress doorTo(String address, int port) throws IOException {
        ServerSocket door = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
        network.owns(new Relay(door, () -> connect(address, port)));
        return new InetSocketAddress(door.getInetAddress(), door.getLocalPort());
    }

    /** Lets this host answer on {@code port} with what answers at {@code loopback} in the test. */
    public void serve(int port, InetSocketAddress loopback) throws IOException {
        ServerSocket door =
                netns.call(() -> new ServerSocket(port, 128, InetAddress.getByName("0.0.0.0")));
        network.owns(
                new Relay(
                        door,
                        () -> {
                            Socket socket = new Socket();
                            socket.connect(loopback, CONNECT_MILLIS);
                            return socket;
                        }));
    }
}
