package io.peakmesh.cli.cluster;

import io.peakmesh.cli.health.SourceHealth;
import io.peakmesh.kube.watch.ClusterWatch;
import io.peakmesh.kube.watch.WatchStatus.KindStatus;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** How the watches are, also while they are being opened. */
record ClusterHealth(Supplier<@Nullable ClusterWatch> watch, Supplier<@Nullable Leading> leading)
        implements SourceHealth {
    @Override
    public List<Feed> feeds() {
        ClusterWatch now = watch.get();
        return now == null
                ? List.of()
                : now.status().kinds().stream().map(ClusterHealth::feed).toList();
    }

    /** A kind that the cluster does not have cannot be missed. */
    private static Feed feed(KindStatus kind) {
        return new Feed(
                kind.kind(),
                kind.synced(),
                kind.watching() || !kind.present(),
                kind.notWatchingSince(),
                kind.objects(),
                kind.events(),
                kind.lists(),
                kind.trouble());
    }

    @Override
    public boolean leader() {
        Leading now = leading.get();
        return now != null && now.leader();
    }
}
