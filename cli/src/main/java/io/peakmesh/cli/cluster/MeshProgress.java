package io.peakmesh.cli.cluster;

import io.peakmesh.kube.progress.ReplicaProgress;
import io.peakmesh.kube.progress.ReplicaProgress.Entry;
import io.peakmesh.smi.object.ObjectKey;
import io.peakmesh.smi.status.Judgement;
import io.peakmesh.smi.status.Programmed;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * How many proxies of all replicas have what follows from an SMI object: those of this one, and
 * what the others say. Proxies of one that speaks of another generation of the object count as such
 * that do not have it yet. What others say is a few seconds old, so the sum is right only when
 * nothing has moved for so long.
 */
record MeshProgress(StatusLoop.Progress own, ReplicaProgress replicas)
        implements StatusLoop.Progress {
    @Override
    public long changes() {
        return own.changes() + replicas.changes();
    }

    @Override
    public boolean known() {
        return replicas.known();
    }

    @Override
    public Function<Judgement, Programmed> of(List<Judgement> asked) {
        Function<Judgement, Programmed> here = own.of(asked);
        Map<ObjectKey, List<Entry>> others = replicas.others();
        return judgement ->
                sum(
                        here.apply(judgement),
                        judgement.generation(),
                        others.getOrDefault(judgement.object(), List.of()));
    }

    static Programmed sum(Programmed own, long generation, List<Entry> others) {
        int proxies = own.proxies();
        int acked = own.acked();
        List<String> refusals = new ArrayList<>(own.refusals());
        for (Entry other : others) {
            proxies += other.programmed().proxies();
            if (other.generation() == generation) {
                acked += other.programmed().acked();
                refusals.addAll(other.programmed().refusals());
            }
        }
        return new Programmed(
                proxies,
                acked,
                refusals.stream().distinct().limit(DataPlaneProgress.REFUSALS).toList());
    }
}
