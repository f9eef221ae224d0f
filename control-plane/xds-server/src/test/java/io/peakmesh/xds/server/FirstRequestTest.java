package io.peakmesh.xds.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.peakmesh.xds.translator.XdsType;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * HTTP/2 by hand, frame by frame (RFC 9113): a client that, as Envoy does, sends a large first
 * request before it has read the server's settings.
 */
class FirstRequestTest {
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int SETTINGS = 4;
    private static final int WINDOW_UPDATE = 8;
    private static final int ACK = 1;
    private static final int END_HEADERS = 4;
    private static final int INITIAL_WINDOW_SIZE = 4;
    private static final int FRAME = 16_384;

    private int initialWindow = 65_535;
    private int streamWindow;

    private record Frame(int type, int flags, int stream, ByteBuffer payload) {}

    @Test
    void leavesTheStreamAWindowThoughAllWasConsumedBeforeTheSettingsWereAcknowledged()
            throws IOException {
        InstantSource clock = InstantSource.system();
        XdsServer server =
                XdsServer.builder(
                                XdsServerConfig.at(
                                                new InetSocketAddress(
                                                        InetAddress.getLoopbackAddress(), 0))
                                        .withDrain(Duration.ofMillis(20)),
                                new SmallTranslator(),
                                new Tokens(),
                                new TestSecrets(clock),
                                clock,
                                new Random(1))
                        .build();
        try (Socket socket = new Socket()) {
            server.start();
            server.publish(new Meshes().workload("ns/client", "u1", 15001).next());
            socket.setSoTimeout(60_000);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            DataInputStream in = new DataInputStream(socket.getInputStream());
            out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            write(out, SETTINGS, 0, 0, new byte[0]);
            write(out, HEADERS, END_HEADERS, 1, headers());
            byte[] request = request(60_000);
            for (int at = 0; at < request.length; at += FRAME) {
                byte[] part =
                        java.util.Arrays.copyOfRange(
                                request, at, Math.min(request.length, at + FRAME));
                write(out, DATA, 0, 1, part);
            }
            out.flush();

            readUntil(in, DATA, 0);
            write(out, SETTINGS, ACK, 0, new byte[0]);
            write(out, 6, 0, 0, new byte[8]);
            out.flush();
            readUntil(in, 6, ACK);

            assertThat(initialWindow - request.length + streamWindow)
                    .as("what the client may still send on its stream")
                    .isPositive();
        } finally {
            server.close();
        }
    }

    /** Reads until a frame of this type, and keeps the account of the stream's window. */
    private void readUntil(DataInputStream in, int type, int flags) throws IOException {
        Frame frame;
        do {
            frame = read(in);
            if (frame.type() == SETTINGS && frame.flags() == 0) {
                ByteBuffer settings = frame.payload();
                while (settings.remaining() >= 6) {
                    int id = settings.getShort();
                    int value = settings.getInt();
                    initialWindow = id == INITIAL_WINDOW_SIZE ? value : initialWindow;
                }
            } else if (frame.type() == WINDOW_UPDATE && frame.stream() == 1) {
                streamWindow += frame.payload().getInt();
            }
        } while (frame.type() != type || (frame.flags() & flags) != flags);
    }

    private static Frame read(DataInputStream in) throws IOException {
        int length = (in.readUnsignedShort() << 8) | in.readUnsignedByte();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        byte[] payload = new byte[length];
        in.readFully(payload);
        return new Frame(type, flags, stream, ByteBuffer.wrap(payload));
    }

    private static void write(DataOutputStream out, int type, int flags, int stream, byte[] payload)
            throws IOException {
        out.writeByte(payload.length >> 16);
        out.writeShort(payload.length);
        out.writeByte(type);
        out.writeByte(flags);
        out.writeInt(stream);
        out.write(payload);
    }

    /** Each as a literal without an index (RFC 7541, 6.2.2). */
    private static byte[] headers() {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        String[] fields = {
            ":method", "POST",
            ":scheme", "http",
            ":path",
                    "/envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources",
            ":authority", "xds",
            "content-type", "application/grpc",
            "te", "trailers",
            "authorization", "Bearer " + Tokens.of("ns/client", "u1")
        };
        for (int i = 0; i < fields.length; i += 2) {
            block.write(0);
            text(block, fields[i]);
            text(block, fields[i + 1]);
        }
        return block.toByteArray();
    }

    private static void text(ByteArrayOutputStream block, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        block.write(bytes.length);
        block.writeBytes(bytes);
    }

    /** Envoy's node is that large for the extensions that it lists. */
    private static byte[] request(int size) {
        byte[] message =
                DeltaDiscoveryRequest.newBuilder()
                        .setTypeUrl(XdsType.CLUSTER.url())
                        .setNode(
                                Node.newBuilder()
                                        .setId("ns/client")
                                        .setUserAgentName("x".repeat(size)))
                        .build()
                        .toByteArray();
        return ByteBuffer.allocate(message.length + 5)
                .put((byte) 0)
                .putInt(message.length)
                .put(message)
                .array();
    }
}
