package io.peakmesh.benchmarks.fanout;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The least that a server with the same connections can do: it knows nothing of its streams but
 * their number, answers each request with bytes recorded from the control plane, and tells a change
 * by writing the same bytes to every stream that is to get it. It looks at no ACK.
 *
 * <p>Reads commands from standard input: {@code push V N} writes version {@code V} of the change to
 * streams 0 to {@code N - 1}. Ends with its input.
 */
final class FloorServer implements AutoCloseable {
    static final String READY = "listens on ";

    /** The stream's number in place of a token. */
    static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    private final Recording recording;
    private final Map<Integer, ServerCall<DeltaRequest.Read, byte[]>> streams =
            new ConcurrentHashMap<>();
    private final io.grpc.Server server;

    /** Listens on a free port of the loopback address. */
    FloorServer(Recording recording, Path certificates, Path key) throws IOException {
        this.recording = recording;
        SslContextBuilder tls =
                GrpcSslContexts.forServer(certificates.toFile(), key.toFile()).protocols("TLSv1.3");
        this.server =
                NettyServerBuilder.forAddress(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .sslContext(tls.build())
                        .directExecutor()
                        .addService(
                                ServerServiceDefinition.builder(Ads.SERVICE)
                                        .addMethod(Ads.server(), this::open)
                                        .build())
                        .build()
                        .start();
    }

    /** Arguments: the recording, the certificate chain and the key, each a file. */
    static void main(String[] arguments) throws IOException {
        Recording recording = Recording.read(Path.of(arguments[0]));
        try (FloorServer floor =
                        new FloorServer(recording, Path.of(arguments[1]), Path.of(arguments[2]));
                BufferedReader commands =
                        new BufferedReader(
                                new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            Files.writeString(Path.of(arguments[3]), READY + floor.port());
            for (String line = commands.readLine(); line != null; line = commands.readLine()) {
                String[] words = line.split(" ", -1);
                floor.push(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
            }
        }
    }

    int port() {
        return server.getPort();
    }

    void push(int version, int recipients) {
        byte[] message = recording.pushes().get(version);
        for (int stream = 0; stream < recipients; stream++) {
            ServerCall<DeltaRequest.Read, byte[]> call = streams.get(stream);
            if (call != null) {
                send(call, message);
            }
        }
    }

    private static void send(ServerCall<DeltaRequest.Read, byte[]> call, byte[] message) {
        synchronized (call) {
            call.sendMessage(message);
        }
    }

    private ServerCall.Listener<DeltaRequest.Read> open(
            ServerCall<DeltaRequest.Read, byte[]> call, Metadata headers) {
        String token = headers.get(AUTHORIZATION);
        if (token == null || !token.startsWith("Bearer ")) {
            call.close(Status.UNAUTHENTICATED, new Metadata());
            return new ServerCall.Listener<>() {};
        }
        int stream = Integer.parseInt(token.substring("Bearer ".length()));
        streams.put(stream, call);
        call.sendHeaders(new Metadata());
        call.request(1);
        return new Answers(call, stream);
    }

    private final class Answers extends ServerCall.Listener<DeltaRequest.Read> {
        private final Map<Type, Integer> asked = new EnumMap<>(Type.class);
        private final ServerCall<DeltaRequest.Read, byte[]> call;
        private final int stream;

        Answers(ServerCall<DeltaRequest.Read, byte[]> call, int stream) {
            this.call = call;
            this.stream = stream;
        }

        @Override
        public void onMessage(DeltaRequest.Read request) {
            if (!request.onlyAnswers()) {
                int number = asked.merge(request.type(), 1, Integer::sum) - 1;
                for (byte[] message : recording.answer(request.type(), number)) {
                    send(call, message);
                }
            }
            call.request(1);
        }

        @Override
        public void onCancel() {
            streams.remove(stream, call);
        }

        @Override
        public void onHalfClose() {
            call.close(Status.OK, new Metadata());
            streams.remove(stream, call);
        }
    }

    @Override
    public void close() {
        server.shutdownNow();
        try {
            server.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
