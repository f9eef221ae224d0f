package io.peakmesh.xds.server;

import io.peakmesh.xds.server.delta.Effect;
import io.peakmesh.xds.server.grpc.ControlLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;

/** Ends all streams in a random order over some time, so that they do not all come back at once. */
final class Drain {
    private Drain() {}

    static void streams(ControlLoop loop, Duration over, RandomGenerator random) {
        List<Long> ids = new ArrayList<>(loop.ask(() -> loop.proxies().ids()));
        Collections.shuffle(ids, random);
        long step = ids.isEmpty() ? 0 : over.toMillis() / ids.size();
        long delay = 0;
        for (long id : ids) {
            loop.endLater(id, Effect.Reason.DRAINING, "the server goes away", delay);
            delay += step;
        }
    }
}
