package io.peakmesh.kube.crd;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.peakmesh.kube.connect.Api;
import io.peakmesh.kube.connect.Pace;
import io.peakmesh.kube.connect.Worker;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the custom resource definitions as they are wanted, looking every minute: makes those that
 * are absent, takes over those that another tool made (they keep its labels and annotations), and
 * migrates objects that are stored in an old version. A definition that stores a version which is
 * not known here is left as it is, because nothing here could convert it. One that fails does not
 * stop the others. Only the leader starts it.
 */
public final class CrdKeeper implements Closeable {
    private static final Duration LOOK = Duration.ofMinutes(1);

    /**
     * For so long after a change another API server may still write by the definition before it.
     */
    private static final Duration SETTLE = Duration.ofSeconds(10);

    private static final Duration BLOCKED_FOR = Duration.ofMinutes(10);
    private static final int MIGRATED_PER_SECOND = 50;
    private static final Logger LOG = LoggerFactory.getLogger(CrdKeeper.class);

    private final Api api;
    private final Kept kept;
    private final Migration migration;
    private final InstantSource time;
    private final List<Definition> wanted;
    private volatile Optional<WebhookTarget> target = Optional.empty();
    private final Map<String, Seen> seen = new HashMap<>();
    private final Map<String, Blocked> blocked = new HashMap<>();
    private final Worker worker = new Worker("crd-keeper", this::look);

    /** A definition's generation, and since when it is that. */
    private record Seen(long generation, Instant since) {}

    /** Why a migration cannot end, and when it is tried again. */
    private record Blocked(Migration.Refused why, Instant until) {}

    /**
     * @param definitions one CustomResourceDefinition each, YAML; conversion is added here
     * @throws IllegalArgumentException if one of them cannot be used
     */
    public CrdKeeper(KubernetesClient client, InstantSource time, List<String> definitions) {
        this.api = new Api(client);
        this.kept = new Kept(api);
        this.time = time;
        this.migration =
                new Migration(api, time, new Pace(MIGRATED_PER_SECOND, MIGRATED_PER_SECOND));
        this.wanted = definitions.stream().map(Definition::of).toList();
    }

    /** Who converts; nothing is done before this is known. */
    public void target(WebhookTarget webhook) {
        target = Optional.of(webhook);
        worker.wake();
    }

    public void start() {
        worker.start();
    }

    public void stop() {
        worker.stop();
    }

    @Override
    public void close() {
        worker.close();
    }

    private Duration look(Worker.Turn turn) throws IOException {
        Optional<WebhookTarget> known = target;
        if (known.isEmpty()) {
            return LOOK;
        }
        List<IOException> failures = new ArrayList<>();
        Duration rest = LOOK;
        for (Definition definition : wanted) {
            if (!turn.going()) {
                return LOOK;
            }
            try {
                Duration until = keep(definition, known.get(), turn);
                rest = until.compareTo(rest) < 0 ? until : rest;
            } catch (IOException failed) {
                failures.add(failed);
            }
        }
        if (!failures.isEmpty()) {
            throw Failures.together(failures);
        }
        return rest;
    }

    /** Returns how long this definition may be left alone. */
    private Duration keep(Definition definition, WebhookTarget webhook, Worker.Turn turn)
            throws IOException {
        String what = "CustomResourceDefinition " + definition.name();
        JsonNode live = kept.live(definition.path(), what);
        if (live.path("metadata").has("deletionTimestamp")) {
            LOG.info("event=crd-leaves crd={}", definition.name());
            return SETTLE;
        }
        List<String> strange = new ArrayList<>(Definition.stored(live));
        strange.removeAll(definition.versions());
        if (!strange.isEmpty()) {
            throw new IOException(
                    what
                            + " stores "
                            + strange
                            + ", which Peakmesh does not know: bring its objects to one of "
                            + definition.versions()
                            + " and take it out of status.storedVersions");
        }
        JsonNode now = kept.ensure(definition.path(), what, live, definition.convertedBy(webhook));
        if (Definition.stored(now).equals(List.of(definition.storage()))) {
            return LOOK;
        }
        Duration settles = settles(definition, now);
        if (settles.isPositive() || !Definition.established(now)) {
            return settles.plusSeconds(1);
        }
        migrate(definition, now, turn);
        return LOOK;
    }

    /** Objects that were refused are tried again after a while, not at each look. */
    private void migrate(Definition definition, JsonNode live, Worker.Turn turn)
            throws IOException {
        Blocked before = blocked.get(definition.name());
        if (before != null && time.instant().isBefore(before.until())) {
            throw before.why();
        }
        blocked.remove(definition.name());
        try {
            migration.run(definition, live, turn);
        } catch (Migration.Refused refused) {
            blocked.put(definition.name(), new Blocked(refused, time.instant().plus(BLOCKED_FOR)));
            throw refused;
        }
    }

    /** How long the definition must still stay as it is before its objects are migrated. */
    private Duration settles(Definition definition, JsonNode live) {
        long generation = live.path("metadata").path("generation").asLong();
        Instant now = time.instant();
        Seen since =
                seen.compute(
                        definition.name(),
                        (_, before) ->
                                before != null && before.generation() == generation
                                        ? before
                                        : new Seen(generation, now));
        Duration past = Duration.between(since.since(), now);
        return past.compareTo(SETTLE) >= 0 ? Duration.ZERO : SETTLE.minus(past);
    }
}
