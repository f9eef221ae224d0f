package io.peakmesh.xds.translator;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;

/**
 * Ports for listeners that an Envoy opens later. They are below the range that the kernel chooses
 * from by itself, so that no server or client which is opened in between gets one of them.
 */
public final class FreePort {
    private static final int FIRST = 12_000;
    private static final int LAST = 32_000;
    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

    private FreePort() {}

    /** A port that is free on this address now and that nobody else in this JVM was given. */
    public static int on(String address) throws IOException {
        while (true) {
            int port = RandomGenerator.getDefault().nextInt(FIRST, LAST);
            if (!GIVEN.add(port)) {
                continue;
            }
            try (ServerSocket free = new ServerSocket(port, 1, InetAddress.ofLiteral(address))) {
                return free.getLocalPort();
            } catch (BindException taken) {
                // the next one, then
            }
        }
    }
}
