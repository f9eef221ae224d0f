package io.peakmesh.benchmarks.fanout;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What a sidecar has to know of a DeltaDiscoveryResponse; the resources themselves are skipped.
 *
 * @param bytes the length of the whole message
 */
record DeltaResponse(
        Type type, String nonce, List<Item> resources, List<String> removed, int bytes) {
    private static final int RESOURCES = 2;
    private static final int TYPE_URL = 4;
    private static final int NONCE = 5;
    private static final int REMOVED = 6;
    private static final int ITEM_VERSION = 1;
    private static final int ITEM_BODY = 2;
    private static final int ITEM_NAME = 3;

    /**
     * One resource.
     *
     * @param version a 64-bit hash of its version
     * @param bodyOffset where its body starts in the message
     */
    record Item(String name, long version, int bodyOffset, int bodyLength) {}

    /** Reads the first {@code length} bytes. Throws IOException for what is no such message. */
    static DeltaResponse read(byte[] message, int length) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(message, 0, length);
        String url = "";
        String nonce = "";
        List<Item> resources = new ArrayList<>(1);
        List<String> removed = List.of();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case RESOURCES -> resources.add(item(in));
                case TYPE_URL -> url = in.readString();
                case NONCE -> nonce = in.readString();
                case REMOVED -> {
                    removed = removed.isEmpty() ? new ArrayList<>() : removed;
                    removed.add(in.readString());
                }
                default -> in.skipField(tag);
            }
        }
        return new DeltaResponse(Type.ofUrl(url), nonce, resources, removed, length);
    }

    private static Item item(CodedInputStream in) throws IOException {
        int outer = in.pushLimit(in.readRawVarint32());
        String name = "";
        long version = 0;
        int bodyOffset = 0;
        int bodyLength = 0;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case ITEM_NAME -> name = in.readString();
                case ITEM_VERSION -> version = hash(in.readString());
                case ITEM_BODY -> {
                    bodyLength = in.readRawVarint32();
                    bodyOffset = in.getTotalBytesRead();
                    in.skipRawBytes(bodyLength);
                }
                default -> in.skipField(tag);
            }
        }
        in.popLimit(outer);
        return new Item(name, version, bodyOffset, bodyLength);
    }

    /** FNV-1a: two versions of one resource that differ are told apart all but surely. */
    static long hash(String version) {
        long hash = 0xcbf29ce484222325L;
        for (byte b : version.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
        }
        return hash;
    }
}
