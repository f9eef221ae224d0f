package io.peakmesh.xds.server;

import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.GenericSecret;
import io.peakmesh.xds.server.peer.Peer;
import io.peakmesh.xds.server.peer.SecretSource;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Gives each workload a text of its own under the name {@code id}. */
final class TestSecrets implements SecretSource {
    private final InstantSource clock;
    private final List<Runnable> subscribers = new CopyOnWriteArrayList<>();
    private final AtomicInteger epoch = new AtomicInteger();

    TestSecrets(InstantSource clock) {
        this.clock = clock;
    }

    void rotate() {
        epoch.incrementAndGet();
        subscribers.forEach(Runnable::run);
    }

    @Override
    public Optional<Secret> secret(Peer peer, String name, String heldVersion) {
        if (!name.equals("id")) {
            return Optional.empty();
        }
        String version = peer.workload() + "#" + epoch;
        Optional<ByteString> message =
                version.equals(heldVersion) ? Optional.empty() : Optional.of(message(peer));
        return Optional.of(
                new SecretSource.Secret(
                        version, message, clock.instant().plus(Duration.ofHours(1))));
    }

    private ByteString message(Peer peer) {
        return io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret.newBuilder()
                .setName("id")
                .setGenericSecret(
                        GenericSecret.newBuilder()
                                .setSecret(
                                        DataSource.newBuilder()
                                                .setInlineString("private to " + peer.workload())))
                .build()
                .toByteString();
    }

    @Override
    public AutoCloseable subscribe(Runnable onChange) {
        subscribers.add(onChange);
        return () -> subscribers.remove(onChange);
    }
}
