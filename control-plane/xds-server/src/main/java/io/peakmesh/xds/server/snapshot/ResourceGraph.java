package io.peakmesh.xds.server.snapshot;

import io.peakmesh.model.Mesh;
import io.peakmesh.model.WorkloadName;
import io.peakmesh.xds.translator.Asker;
import io.peakmesh.xds.translator.MeshView;
import io.peakmesh.xds.translator.MeshView.Read;
import io.peakmesh.xds.translator.ResourceKey;
import io.peakmesh.xds.translator.Translator;
import io.peakmesh.xds.translator.XdsType;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Every resource that somebody is subscribed to, kept in step with the newest mesh. For one thread.
 *
 * <p>What nobody is subscribed to any more is dropped at once. A translation that throws (a bug)
 * leaves the resource as it was, is reported, and is tried again when something that it read
 * changes.
 */
public final class ResourceGraph {
    /** Told of translations that threw. */
    public interface FailureListener {
        void translationFailed(String what, RuntimeException failure);
    }

    private record NamesKey(XdsType type, WorkloadName asker) {}

    private final Translator translator;
    private final FailureListener failures;
    private final Map<ResourceKey, Entry> entries = new HashMap<>();
    private final Map<NamesKey, Names> names = new HashMap<>();
    private final Map<Read, Set<Derived>> readers = new HashMap<>();
    private Mesh mesh;
    private long seq;
    private long translations;
    private long failed;

    public ResourceGraph(Translator translator, Mesh mesh, FailureListener failures) {
        this.translator = translator;
        this.mesh = mesh;
        this.failures = failures;
    }

    public Mesh mesh() {
        return mesh;
    }

    /** How many resources are held now. */
    public int size() {
        return entries.size();
    }

    /** How many translations were made since the start. */
    public long translations() {
        return translations;
    }

    /** How many translations threw since the start. */
    public long failedTranslations() {
        return failed;
    }

    /** Under which key this proxy finds what it calls so. */
    public ResourceKey key(XdsType type, String name, Asker asker) {
        return translator.key(type, name, asker);
    }

    public Entry subscribe(ResourceKey key, Subscriber who) {
        Entry entry = entries.get(key);
        if (entry == null) {
            entry = new Entry(key);
            entries.put(key, entry);
            refresh(entry);
        }
        entry.subscribers().add(who);
        return entry;
    }

    /** Subscribes to the names that this workload's proxy gets without asking. */
    public Names always(XdsType type, WorkloadName asker, Subscriber who) {
        NamesKey key = new NamesKey(type, asker);
        Names list = names.get(key);
        if (list == null) {
            list = new Names(type, asker);
            names.put(key, list);
            refresh(list);
        }
        list.subscribers().add(who);
        return list;
    }

    public void unsubscribe(Derived what, Subscriber who) {
        what.subscribers().remove(who);
        if (what.subscribers().isEmpty()) {
            index(what, Set.of());
            switch (what) {
                case Entry entry -> entries.remove(entry.key(), entry);
                case Names list -> names.remove(new NamesKey(list.type(), list.asker()), list);
            }
        }
    }

    /** Whether there is, or may be, a resource under this key now. */
    public boolean mayExist(ResourceKey key) {
        Subscriber nobody = what -> {};
        Entry entry = subscribe(key, nobody);
        boolean present = entry.resource().isPresent() || entry.broken();
        unsubscribe(entry, nobody);
        return present;
    }

    /** The resources whose translation read any of this, each once. */
    public Set<Entry> readers(Collection<Read> reads) {
        Set<Entry> found = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Read read : reads) {
            for (Derived reader : readers.getOrDefault(read, Set.of())) {
                if (reader instanceof Entry entry) {
                    found.add(entry);
                }
            }
        }
        return found;
    }

    /** The name that stands in for what exceeds a proxy's limit. */
    public Optional<String> overflow(XdsType type) {
        return translator.overflow(type);
    }

    /**
     * Takes the next mesh and marks the subscribers of what became different. {@code touched} gets
     * every entry of the mesh's tables that changed.
     */
    public void publish(Mesh next, Consumer<Read> touched) {
        Mesh old = mesh;
        mesh = next;
        Set<Derived> stale = new LinkedHashSet<>();
        MeshDiff.between(
                old,
                next,
                read -> {
                    stale.addAll(readers.getOrDefault(read, Set.of()));
                    touched.accept(read);
                });
        if (!old.settings().equals(next.settings())) {
            stale.addAll(entries.values());
            stale.addAll(names.values());
        }
        for (Derived what : stale) {
            if (refresh(what)) {
                what.subscribers().forEach(s -> s.changed(what));
            }
        }
    }

    private boolean refresh(Derived what) {
        MeshView view = new MeshView(mesh);
        translations++;
        try {
            boolean changed =
                    switch (what) {
                        case Entry entry -> refresh(entry, view);
                        case Names list -> refresh(list, view);
                    };
            index(what, view.reads());
            return changed;
        } catch (RuntimeException e) {
            failed++;
            if (what instanceof Entry entry) {
                entry.setBroken(entry.resource().isEmpty());
            }
            Set<Read> both = new HashSet<>(what.reads());
            both.addAll(view.reads());
            index(what, both);
            failures.translationFailed(describe(what), e);
            return false;
        }
    }

    private boolean refresh(Entry entry, MeshView view) {
        String name = entry.key().name();
        @Nullable Resource next =
                translator
                        .translate(entry.key(), view)
                        .map(message -> Resource.of(name, message, seq + 1))
                        .orElse(null);
        @Nullable Resource old = entry.resource().orElse(null);
        boolean wasBroken = entry.broken();
        entry.setBroken(false);
        if (next == null ? old == null : old != null && old.version().equals(next.version())) {
            return wasBroken;
        }
        seq++;
        entry.set(next);
        return true;
    }

    private boolean refresh(Names list, MeshView view) {
        List<String> next = translator.always(list.type(), list.asker(), view);
        if (next.equals(list.names())) {
            return false;
        }
        list.set(next);
        return true;
    }

    private void index(Derived what, Set<Read> reads) {
        for (Read read : what.reads()) {
            if (!reads.contains(read)) {
                readers.computeIfPresent(
                        read, (_, of) -> of.remove(what) && of.isEmpty() ? null : of);
            }
        }
        for (Read read : reads) {
            readers.computeIfAbsent(read, _ -> new LinkedHashSet<>(2)).add(what);
        }
        what.setReads(Set.copyOf(reads));
    }

    private static String describe(Derived what) {
        return switch (what) {
            case Entry entry -> entry.key().toString();
            case Names list -> list.type() + " names of " + list.asker();
        };
    }
}
