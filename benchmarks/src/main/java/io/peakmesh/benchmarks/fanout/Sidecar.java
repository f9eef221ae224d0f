package io.peakmesh.benchmarks.fanout;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.peakmesh.benchmarks.fanout.Conversation.Message;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One stream on a connection of its own. Opened from the run's thread once, from then on everything
 * happens on the fleet's event loop.
 */
final class Sidecar {
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    private static final byte[] NO_NODE = {};

    private final int number;
    private final Uses uses;
    private final Fleet fleet;
    private final ManagedChannel channel;
    private final MethodDescriptor<byte[], DeltaResponse> method;
    private final Fleet.Role role;
    private Conversation conversation;
    private int attempts;

    Sidecar(int number, Fleet fleet, ManagedChannel channel, Fleet.Role role) {
        this.number = number;
        this.uses = role.uses();
        this.fleet = fleet;
        this.channel = channel;
        this.role = role;
        this.conversation = new Conversation(uses);
        this.method = Ads.client(this::read);
    }

    ManagedChannel channel() {
        return channel;
    }

    Uses uses() {
        return uses;
    }

    long version(int place) {
        return conversation.version(place);
    }

    void open() {
        conversation = new Conversation(uses);
        ClientCall<byte[], DeltaResponse> call = channel.newCall(method, CallOptions.DEFAULT);
        Metadata headers = new Metadata();
        headers.put(AUTHORIZATION, "Bearer " + role.token());
        call.start(new Listener(call), headers);
        call.request(1);
        send(call, conversation.open(), fleet.node(role));
    }

    private void send(ClientCall<byte[], DeltaResponse> call, Message message, byte[] node) {
        Recording recording = recording();
        if (recording != null && message.asks()) {
            recording.asked(message.type());
        }
        call.sendMessage(DeltaRequest.write(node, message));
    }

    private @Nullable Recording recording() {
        return number == 0 ? fleet.recording() : null;
    }

    private DeltaResponse read(byte[] buffer, int length) throws IOException {
        DeltaResponse response = DeltaResponse.read(buffer, length);
        Recording recording = recording();
        if (recording != null) {
            byte[] message = Arrays.copyOf(buffer, length);
            if (!conversation.configured()) {
                recording.answered(response, message);
            } else if (isFirstServiceOnly(response)) {
                recording.pushed(message);
            }
        }
        return response;
    }

    private boolean isFirstServiceOnly(DeltaResponse response) {
        return response.type() == Type.ENDPOINT
                && response.resources().size() == 1
                && response.resources().getFirst().name().equals(uses.clusters().getFirst());
    }

    /** The services whose endpoints came in another version than the one held. */
    private List<Integer> changedServices(DeltaResponse response) {
        if (response.type() != Type.ENDPOINT) {
            return List.of();
        }
        List<Integer> changed = new ArrayList<>(1);
        for (DeltaResponse.Item item : response.resources()) {
            Integer place = uses.places().get(item.name());
            if (place != null && conversation.version(place) != item.version()) {
                changed.add(uses.services().get(place));
            }
        }
        return changed;
    }

    private final class Listener extends ClientCall.Listener<DeltaResponse> {
        private final ClientCall<byte[], DeltaResponse> call;

        Listener(ClientCall<byte[], DeltaResponse> call) {
            this.call = call;
        }

        @Override
        public void onMessage(DeltaResponse response) {
            boolean before = conversation.configured();
            fleet.received(response);
            long now = fleet.now();
            List<Integer> changed = changedServices(response);
            try {
                for (Message message : conversation.on(response)) {
                    send(call, message, NO_NODE);
                }
            } catch (IllegalStateException unusable) {
                fleet.failed(unusable);
                return;
            }
            for (int service : changed) {
                fleet.changed(number, service, now);
            }
            call.request(1);
            if (!before && conversation.configured()) {
                fleet.configured(number);
            }
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            attempts++;
            fleet.closed(Sidecar.this, status, attempts);
        }
    }
}
