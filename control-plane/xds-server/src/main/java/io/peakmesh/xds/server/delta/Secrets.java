package io.peakmesh.xds.server.delta;

import com.google.protobuf.ByteString;
import io.peakmesh.xds.server.peer.SecretSource.Secret;
import io.peakmesh.xds.server.snapshot.Resource;
import io.peakmesh.xds.translator.XdsType;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** When one stream asks for its secrets: at first, when they are due, when all changed. */
final class Secrets {
    private static final Duration RETRY = Duration.ofSeconds(5);
    private static final int REMEMBERED = 64;

    private final Map<String, Instant> due = new HashMap<>();
    private final Map<String, Instant> retry = new HashMap<>();
    private final Set<String> asking = new HashSet<>();
    private final Set<String> refresh = new HashSet<>();
    private boolean refreshAll;

    void refreshAll() {
        refreshAll = true;
    }

    void ask(Collection<Slot> slots, Instant now, List<Effect> out) {
        forget(slots);
        for (Slot slot : slots) {
            String name = slot.name;
            if (refreshAll) {
                refresh.add(name);
            }
            boolean renew =
                    refresh.contains(name) || !now.isBefore(due.getOrDefault(name, Instant.MAX));
            boolean mayTry = !now.isBefore(retry.getOrDefault(name, Instant.MIN));
            if (mayTry && (slot.unresolved || renew) && asking.add(name)) {
                refresh.remove(name);
                String held = slot.asked || slot.held == null ? "" : slot.held;
                out.add(new Effect.AskSecret(name, held));
            }
        }
        refreshAll = false;
    }

    /**
     * Names come and go with what a client subscribes to: what is known of them must not pile up.
     */
    private void forget(Collection<Slot> slots) {
        if (due.size() + retry.size() + refresh.size() > REMEMBERED) {
            Set<String> names = new HashSet<>();
            slots.forEach(slot -> names.add(slot.name));
            due.keySet().retainAll(names);
            retry.keySet().retainAll(names);
            refresh.retainAll(names);
        }
    }

    void failed(String name, Instant now) {
        asking.remove(name);
        refresh.add(name);
        retry.put(name, now.plus(RETRY));
    }

    /** Takes the answer to a question about a name that may have no slot any more. */
    void answered(String name) {
        asking.remove(name);
        retry.remove(name);
    }

    void take(Slot slot, Optional<Secret> answer, Instant now) {
        if (answer.isEmpty()) {
            due.remove(slot.name);
            slot.unresolved = false;
            slot.secret = null;
            return;
        }
        Secret secret = answer.get();
        Instant soonest = now.plus(RETRY);
        due.put(slot.name, secret.renewAt().isBefore(soonest) ? soonest : secret.renewAt());
        boolean held = Objects.equals(secret.version(), slot.held) && !slot.asked;
        if (secret.message().isEmpty() && !held) {
            // The client re-subscribed since the question: the bytes are needed after all.
            slot.unresolved = true;
            retry.put(slot.name, now.plus(RETRY));
            return;
        }
        ByteString bytes = secret.message().orElse(ByteString.EMPTY);
        slot.secret = Resource.opaque(slot.name, secret.version(), XdsType.SECRET.url(), bytes);
        slot.unresolved = false;
    }
}
