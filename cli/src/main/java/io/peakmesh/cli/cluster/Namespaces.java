package io.peakmesh.cli.cluster;

import io.peakmesh.injector.patch.NamespaceFacts;
import io.peakmesh.kube.crd.InjectorWebhook;
import io.peakmesh.smi.object.MeshObject.NamespaceObject;
import io.peakmesh.smi.object.Meta;
import io.peakmesh.smi.object.ObjectEvent;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What injection asks of each namespace: from the events that the index gets too, kept as small as
 * the question is. One that no event has told of yet, as where {@code kubectl apply} makes a
 * namespace and its pods at once, is asked for; so are all while the watch is broken off. Of one
 * namespace at most one question is under way, however many wait for its answer.
 */
final class Namespaces {
    private static final String INJECT = "peakmesh.io/inject";
    private static final String ENABLED = "enabled";

    /** Asks the API server; may block for some seconds. */
    interface Source {
        Optional<NamespaceObject> namespace(String name) throws IOException;
    }

    /** A namespace, and the uid by which events tell of it. */
    record Known(String uid, NamespaceFacts facts) {}

    private final Source source;
    private final BooleanSupplier told;
    private final Map<String, Known> known = new ConcurrentHashMap<>();
    private final Map<String, FutureTask<Optional<Known>>> asking = new ConcurrentHashMap<>();

    /** {@code told} says whether changes of namespaces come as events now. */
    Namespaces(Source source, BooleanSupplier told) {
        this.source = source;
        this.told = told;
    }

    /** Takes what became of namespaces; of other objects nothing. */
    void take(List<ObjectEvent> events) {
        for (ObjectEvent event : events) {
            switch (event) {
                case ObjectEvent.Applied(NamespaceObject object) ->
                        known.put(object.meta().name(), known(object.meta()));
                case ObjectEvent.Applied _, ObjectEvent.Unreadable _ -> {}
                case ObjectEvent.Deleted(var key) -> {
                    if (key.kind().equals("Namespace")) {
                        known.remove(key.name());
                    }
                }
            }
        }
    }

    /** Those whose pods get a sidecar unless they say otherwise. */
    Set<String> injected() {
        return known.values().stream()
                .map(Known::facts)
                .filter(facts -> ENABLED.equals(facts.annotations().get(INJECT)))
                .map(NamespaceFacts::name)
                .filter(name -> !InjectorWebhook.OF_THE_CLUSTER.contains(name))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * The namespace as it is now; empty if there is none. What was known last holds where it cannot
     * be asked for.
     *
     * @throws IOException if nothing is known of it and it cannot be asked for
     */
    Optional<Known> of(String name) throws IOException {
        Known before = known.get(name);
        if (before != null && told.getAsBoolean()) {
            return Optional.of(before);
        }
        try {
            return ask(name);
        } catch (IOException away) {
            if (before == null) {
                throw away;
            }
            return Optional.of(before);
        }
    }

    private Optional<Known> ask(String name) throws IOException {
        FutureTask<Optional<Known>> mine =
                new FutureTask<>(
                        () -> source.namespace(name).map(NamespaceObject::meta).map(this::known));
        FutureTask<Optional<Known>> first = asking.putIfAbsent(name, mine);
        if (first == null) {
            try {
                mine.run();
            } finally {
                asking.remove(name, mine);
            }
        }
        try {
            return (first == null ? mine : first).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted").initCause(e);
        } catch (ExecutionException e) {
            throw new IOException(reason(e.getCause()), e);
        }
    }

    private static String reason(@Nullable Throwable cause) {
        return cause instanceof IOException ? "" + cause.getMessage() : "" + cause;
    }

    private Known known(Meta meta) {
        return new Known(
                meta.uid(),
                new NamespaceFacts(
                        meta.name(),
                        only(meta.labels(), name -> name.startsWith("pod-security.kubernetes.io/")),
                        only(meta.annotations(), name -> name.contains("peakmesh.io/"))));
    }

    private static Map<String, String> only(Map<String, String> all, Predicate<String> wanted) {
        return all.entrySet().stream()
                .filter(entry -> wanted.test(entry.getKey()))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }
}
