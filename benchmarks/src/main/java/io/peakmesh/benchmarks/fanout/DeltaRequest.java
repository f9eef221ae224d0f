package io.peakmesh.benchmarks.fanout;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Writes DeltaDiscoveryRequests, and reads of them what the floor server has to know. */
final class DeltaRequest {
    private static final int NODE = 1;
    private static final int TYPE_URL = 2;
    private static final int SUBSCRIBE = 3;
    private static final int NONCE = 6;

    private DeltaRequest() {}

    /**
     * What the floor server reads: {@code nonce} is empty unless the request answers a response.
     */
    record Read(Type type, String nonce, int subscribed) {
        /** Whether it is an ACK and nothing more. */
        boolean onlyAnswers() {
            return !nonce.isEmpty() && subscribed == 0;
        }
    }

    /** Serialises a message; {@code node} is a serialised Node, or empty for none. */
    static byte[] write(byte[] node, Conversation.Message message) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream(node.length + 128);
            CodedOutputStream out = CodedOutputStream.newInstance(bytes, 512);
            if (node.length > 0) {
                out.writeByteArray(NODE, node);
            }
            out.writeString(TYPE_URL, message.type().url());
            for (String name : message.names()) {
                out.writeString(SUBSCRIBE, name);
            }
            if (!message.asks()) {
                out.writeString(NONCE, message.nonce());
            }
            out.flush();
            return bytes.toByteArray();
        } catch (IOException inMemory) {
            throw new UncheckedIOException(inMemory);
        }
    }

    /** Reads the first {@code length} bytes. Throws IOException for what is no such message. */
    static Read read(byte[] message, int length) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(message, 0, length);
        String url = "";
        String nonce = "";
        int subscribed = 0;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case TYPE_URL -> url = in.readString();
                case NONCE -> nonce = in.readString();
                case SUBSCRIBE -> {
                    subscribed++;
                    in.skipField(tag);
                }
                default -> in.skipField(tag);
            }
        }
        return new Read(Type.ofUrl(url), nonce, subscribed);
    }
}
