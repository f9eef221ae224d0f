package io.peakmesh.benchmarks.fanout;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What the control plane sent on one stream, so that the floor server can send the same bytes: the
 * responses to each request, and what a change looks like. Keys and certificates are blanked out.
 */
final class Recording {
    /** A change is told by two versions in turn, as one endpoint comes and goes. */
    static final int PUSHES = 2;

    private final Map<Type, List<List<byte[]>>> answers = new EnumMap<>(Type.class);
    private final List<byte[]> pushes = new ArrayList<>();

    /** Notes that the sidecar asked; the responses of this type that follow are the answer. */
    synchronized void asked(Type type) {
        answers.computeIfAbsent(type, _ -> new ArrayList<>()).add(new ArrayList<>());
    }

    synchronized void answered(DeltaResponse response, byte[] message) {
        byte[] copy = message.clone();
        if (response.type() == Type.SECRET) {
            for (DeltaResponse.Item item : response.resources()) {
                int end = item.bodyOffset() + item.bodyLength();
                Arrays.fill(copy, item.bodyOffset(), end, (byte) 0);
            }
        }
        answers.getOrDefault(response.type(), List.of()).getLast().add(copy);
    }

    /** Notes what a change of the first service looked like; the last ones are kept. */
    synchronized void pushed(byte[] message) {
        if (pushes.size() == PUSHES) {
            pushes.removeFirst();
        }
        pushes.add(message.clone());
    }

    /** The responses to the nth request of this type on a stream, n from 0. */
    synchronized List<byte[]> answer(Type type, int n) {
        List<List<byte[]>> all = answers.getOrDefault(type, List.of());
        return n < all.size() ? List.copyOf(all.get(n)) : List.of();
    }

    synchronized List<byte[]> pushes() {
        return List.copyOf(pushes);
    }

    synchronized void write(Path file) throws IOException {
        try (DataOutputStream out =
                new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
            for (Type type : Type.values()) {
                List<List<byte[]>> requests = answers.getOrDefault(type, List.of());
                out.writeInt(requests.size());
                for (List<byte[]> responses : requests) {
                    write(out, responses);
                }
            }
            write(out, pushes);
        }
    }

    private static void write(DataOutputStream out, List<byte[]> messages) throws IOException {
        out.writeInt(messages.size());
        for (byte[] message : messages) {
            out.writeInt(message.length);
            out.write(message);
        }
    }

    static Recording read(Path file) throws IOException {
        Recording recording = new Recording();
        try (DataInputStream in =
                new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            for (Type type : Type.values()) {
                int requests = in.readInt();
                List<List<byte[]>> answers = new ArrayList<>();
                for (int i = 0; i < requests; i++) {
                    answers.add(messages(in));
                }
                recording.answers.put(type, answers);
            }
            recording.pushes.addAll(messages(in));
        }
        return recording;
    }

    private static List<byte[]> messages(DataInputStream in) throws IOException {
        int count = in.readInt();
        List<byte[]> messages = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            messages.add(in.readNBytes(in.readInt()));
        }
        return messages;
    }
}
