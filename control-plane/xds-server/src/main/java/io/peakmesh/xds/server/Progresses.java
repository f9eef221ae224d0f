package io.peakmesh.xds.server;

import io.peakmesh.model.ServiceName;
import io.peakmesh.model.WorkloadName;
import io.peakmesh.xds.server.Programming.Progress;
import io.peakmesh.xds.server.Programming.Refusal;
import io.peakmesh.xds.server.delta.Standing;
import io.peakmesh.xds.server.grpc.ControlLoop;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Asks the loop about many subjects, a few at a time. */
final class Progresses {
    /** With a thousand callers of each, a few milliseconds of the loop. */
    private static final int SERVICES = 4;

    /** Each has one stream at most. */
    private static final int WORKLOADS = 500;

    private final ControlLoop loop;

    Progresses(ControlLoop loop) {
        this.loop = loop;
    }

    Programming of(Set<ServiceName> services, Set<WorkloadName> workloads) {
        long generation = loop.ask(() -> loop.graph().mesh().generation());
        return new Programming(
                generation,
                inPieces(services, SERVICES, name -> loop.proxies().standing(name)),
                inPieces(workloads, WORKLOADS, name -> loop.proxies().standing(name)));
    }

    private <K> Map<K, Progress> inPieces(
            Collection<K> subjects, int most, Function<K, Standing> standing) {
        List<K> all = List.copyOf(subjects);
        Map<K, Progress> found = new HashMap<>();
        for (int from = 0; from < all.size(); from += most) {
            List<K> piece = all.subList(from, Math.min(all.size(), from + most));
            found.putAll(
                    loop.ask(() -> {
                        Map<K, Progress> some = new HashMap<>();
                        piece.forEach(
                                subject -> some.put(subject, progress(standing.apply(subject))));
                        return some;
                    }));
        }
        return found;
    }

    private static Progress progress(Standing standing) {
        List<Refusal> refusals = new ArrayList<>();
        standing.refusals().forEach((proxy, text) -> refusals.add(new Refusal(proxy, text)));
        return new Progress(standing.proxies(), standing.current(), refusals);
    }
}
