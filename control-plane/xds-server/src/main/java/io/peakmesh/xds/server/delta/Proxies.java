package io.peakmesh.xds.server.delta;

import io.peakmesh.model.Mesh;
import io.peakmesh.model.ServiceName;
import io.peakmesh.model.Workload;
import io.peakmesh.model.WorkloadName;
import io.peakmesh.xds.server.delta.Effect.Reason;
import io.peakmesh.xds.server.peer.Peer;
import io.peakmesh.xds.server.snapshot.Entry;
import io.peakmesh.xds.server.snapshot.ResourceGraph;
import io.peakmesh.xds.translator.MeshView;
import io.peakmesh.xds.translator.XdsType;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * All live delta streams over one graph: who may have one, how many, and which are touched by a new
 * mesh. For one thread; the same calls in the same order give the same effects.
 */
public final class Proxies {
    /** An effect and the stream it is for. */
    public record Out(long stream, Effect effect) {}

    /** How often proxies rejected one version of one resource. */
    public record Quarantined(XdsType type, String name, String version, int nacks, String text) {}

    private static final class Live {
        final DeltaStream stream;
        final Instant since;
        boolean admitted;
        boolean syncing;
        Instant admittedAt;

        Live(DeltaStream stream, Instant since) {
            this.stream = stream;
            this.since = since;
            this.admittedAt = since;
        }
    }

    private final ResourceGraph graph;
    private final Limits limits;
    private final Learned learned;
    private final SortedMap<Long, Live> streams = new TreeMap<>();
    private final Map<WorkloadName, Long> ofWorkload = new HashMap<>();
    private final ArrayDeque<Long> waiting = new ArrayDeque<>();
    private final TreeSet<Long> marked = new TreeSet<>();
    private final Quarantine quarantine;
    private final Strangers strangers;

    /** Written by the owning thread, read by any. */
    private final AtomicLong changes = new AtomicLong();

    private boolean published;
    private int syncing;
    private long acks;
    private long nacks;

    public Proxies(ResourceGraph graph, Limits limits) {
        this.graph = graph;
        this.limits = limits;
        this.learned = new Learned(limits);
        this.quarantine = new Quarantine(limits.rejections());
        this.strangers = new Strangers(limits);
    }

    /** Takes the next mesh; only streams that hold something that changed are looked at. */
    public List<Out> publish(Mesh mesh, Instant now) {
        List<Out> out = new ArrayList<>();
        published = true;
        changed();
        TreeSet<Long> suspects = new TreeSet<>();
        graph.publish(
                mesh,
                read -> {
                    if (read.table() == MeshView.Table.WORKLOAD) {
                        Long stream = ofWorkload.get(read.key());
                        if (stream != null) {
                            suspects.add(stream);
                        }
                    }
                });
        for (long id : suspects) {
            Live live = streams.get(id);
            if (live != null && !isLive(live.stream.peer())) {
                close(id, Reason.UNKNOWN_WORKLOAD, "the workload is gone", out);
            } else if (live != null) {
                live.stream.workloadChanged();
            }
        }
        pumpMarked(now, out);
        strangers
                .take(peer -> refusal(peer).isEmpty())
                .forEach((id, peer) -> open(id, peer, now, out));
        return out;
    }

    private void pumpMarked(Instant now, List<Out> out) {
        for (Long id = marked.pollFirst(); id != null; id = marked.pollFirst()) {
            step(id, new Event.Tick(), now, out);
        }
    }

    private boolean isLive(Peer peer) {
        Workload workload = graph.mesh().workloads().get(peer.workload());
        return workload != null
                && workload.uid().equals(peer.uid())
                && workload.serviceAccount().equals(peer.serviceAccount());
    }

    /** Why this peer may not have a stream now; empty if it may. */
    public Optional<Effect.Close> refusal(Peer peer) {
        if (!published) {
            return Optional.of(new Effect.Close(Reason.UNKNOWN_WORKLOAD, "there is no mesh yet"));
        }
        if (!isLive(peer)) {
            return Optional.of(
                    new Effect.Close(
                            Reason.UNKNOWN_WORKLOAD,
                            "no such workload in the mesh: " + peer.workload()));
        }
        return Optional.empty();
    }

    /**
     * Opens a stream; requests may come once it got {@link Effect.Admit}. An earlier stream of the
     * same workload is ended. One whose workload the mesh does not have, or not yet, waits a while
     * for the next mesh before it is refused.
     *
     * @param id new for every stream
     */
    public List<Out> open(long id, Peer peer, Instant now) {
        List<Out> out = new ArrayList<>();
        strangers
                .replaced(peer.workload())
                .ifPresent(before -> out.add(new Out(before, replaced())));
        Optional<Effect.Close> refusal = refusal(peer);
        if (refusal.isEmpty()) {
            open(id, peer, now, out);
        } else if (!strangers.wait(id, peer, now)) {
            out.add(new Out(id, refusal.get()));
        }
        return out;
    }

    private static Effect.Close replaced() {
        return new Effect.Close(Reason.REPLACED, "the workload opened a newer stream");
    }

    private void open(long id, Peer peer, Instant now, List<Out> out) {
        changed();
        Long before = ofWorkload.get(peer.workload());
        if (before != null) {
            close(before, replaced().reason(), replaced().text(), out);
        }
        if (streams.size() >= limits.streams()) {
            out.add(new Out(id, new Effect.Close(Reason.TOO_MUCH, "too many streams")));
            return;
        }
        DeltaStream stream = new DeltaStream(peer, graph, learned, limits, () -> marked.add(id));
        streams.put(id, new Live(stream, now));
        ofWorkload.put(peer.workload(), id);
        waiting.add(id);
        admit(now, out);
    }

    /** The transport lost or ended the stream. */
    public List<Out> closed(long id, Instant now) {
        List<Out> out = new ArrayList<>();
        strangers.forget(id);
        Live live = streams.get(id);
        if (live != null) {
            forget(id, live);
            admit(now, out);
        }
        return out;
    }

    /** Ends a stream from this side. */
    public List<Out> end(long id, Reason reason, String text) {
        List<Out> out = new ArrayList<>();
        close(id, reason, text, out);
        return out;
    }

    /** Something happened to one stream. Events of streams that ended are ignored. */
    public List<Out> step(long id, Event event, Instant now) {
        List<Out> out = new ArrayList<>();
        step(id, event, now, out);
        return out;
    }

    /** Time has passed: at most a second should between two calls. */
    public List<Out> tick(Instant now) {
        List<Out> out = everywhere(new Event.Tick(), now);
        strangers
                .overdue(now)
                .forEach((id, peer) -> refusal(peer).ifPresent(why -> out.add(new Out(id, why))));
        return out;
    }

    /** All secrets of all peers must be asked for anew. */
    public List<Out> secretsChanged(Instant now) {
        return everywhere(new Event.SecretsChanged(), now);
    }

    private List<Out> everywhere(Event event, Instant now) {
        List<Out> out = new ArrayList<>();
        for (long id : List.copyOf(streams.keySet())) {
            step(id, event, now, out);
        }
        return out;
    }

    private void step(long id, Event event, Instant now, List<Out> out) {
        Live live = streams.get(id);
        if (live == null) {
            return;
        }
        if (event instanceof Event.Asked(Request request) && !request.nonce().isEmpty()) {
            count(request);
        }
        if (event instanceof Event.Asked(Request request)
                && !request.typeUrl().equals(XdsType.SECRET.url())) {
            changed();
        }
        for (Effect effect : live.stream.step(event, now)) {
            out.add(new Out(id, effect));
            if (effect instanceof Effect.Rejected rejected) {
                quarantine.add(rejected);
            }
        }
        marked.remove(id);
        if (live.stream.closed()) {
            forget(id, live);
        }
        boolean late = live.admittedAt.plus(limits.initialSync()).isBefore(now);
        if (live.syncing && (late || live.stream.synced())) {
            live.syncing = false;
            syncing--;
        }
        admit(now, out);
    }

    private void count(Request request) {
        if (request.error().isPresent()) {
            nacks++;
        } else {
            acks++;
        }
    }

    private void admit(Instant now, List<Out> out) {
        while (syncing < limits.initialSyncs() && !waiting.isEmpty()) {
            long id = waiting.remove();
            Live live = streams.get(id);
            if (live != null) {
                live.admitted = true;
                live.syncing = true;
                live.admittedAt = now;
                syncing++;
                out.add(new Out(id, new Effect.Admit()));
            }
        }
    }

    private void close(long id, Reason reason, String text, List<Out> out) {
        Live live = streams.get(id);
        if (live == null && strangers.forget(id)) {
            out.add(new Out(id, new Effect.Close(reason, text)));
        }
        if (live != null) {
            live.stream.end(reason, text).forEach(effect -> out.add(new Out(id, effect)));
            forget(id, live);
        }
    }

    private void forget(long id, Live live) {
        changed();
        live.stream.release();
        streams.remove(id);
        ofWorkload.remove(live.stream.peer().workload(), id);
        marked.remove(id);
        if (!live.admitted) {
            waiting.remove(id);
        }
        if (live.syncing) {
            live.syncing = false;
            syncing--;
        }
    }

    /** Of all streams, those that wait for a mesh that has their workload included. */
    public List<Long> ids() {
        List<Long> ids = new ArrayList<>(streams.keySet());
        ids.addAll(strangers.ids());
        return ids;
    }

    private void changed() {
        changes.incrementAndGet();
    }

    /**
     * Moves whenever a {@link #standing} may have changed: with every mesh, stream, subscription
     * and answer. May be called from any thread.
     */
    public long changes() {
        return changes.get();
    }

    /** How far the proxies that call a service are with all that its objects shaped. */
    public Standing standing(ServiceName service) {
        Standing.Tally tally = new Standing.Tally();
        for (Entry entry : graph.readers(reads(service))) {
            entry.eachSubscriber(who -> {
                if (who instanceof DeltaStream stream) {
                    stream.count(entry, tally);
                }
            });
        }
        return tally.result();
    }

    private static List<MeshView.Read> reads(ServiceName service) {
        return List.of(
                new MeshView.Read(MeshView.Table.SERVICE, service),
                new MeshView.Read(MeshView.Table.ENDPOINTS, service),
                new MeshView.Read(MeshView.Table.SPLITS, service));
    }

    /** How far a workload's own proxy is with what lets its callers in. */
    public Standing standing(WorkloadName workload) {
        Standing.Tally tally = new Standing.Tally();
        Long id = ofWorkload.get(workload);
        Live live = id == null ? null : streams.get(id);
        if (live != null) {
            live.stream.countInbound(tally);
        }
        return tally.result();
    }

    public Optional<Peer> peer(long id) {
        @Nullable Live live = streams.get(id);
        return live == null ? Optional.empty() : Optional.of(live.stream.peer());
    }

    /** Every live stream, as people may see it, by workload. */
    public SortedMap<WorkloadName, ProxyView> view() {
        SortedMap<WorkloadName, ProxyView> view = new TreeMap<>();
        for (Live live : streams.values()) {
            view.put(
                    live.stream.peer().workload(),
                    new ProxyView(
                            live.stream.peer(),
                            live.stream.node(),
                            live.stream.balancer(),
                            live.since,
                            live.stream.view()));
        }
        return view;
    }

    /** Rejected versions, the oldest first. */
    public List<Quarantined> quarantine() {
        return quarantine.view();
    }

    public int size() {
        return streams.size();
    }

    public long acks() {
        return acks;
    }

    public long nacks() {
        return nacks;
    }
}
