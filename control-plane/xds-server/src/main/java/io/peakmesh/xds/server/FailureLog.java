package io.peakmesh.xds.server;

import io.peakmesh.xds.server.snapshot.ResourceGraph;
import java.util.LinkedHashSet;
import java.util.SequencedSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs a translation that threw once for each resource and failure; the last 1,000 are known. */
final class FailureLog implements ResourceGraph.FailureListener {
    private static final Logger LOG = LoggerFactory.getLogger(FailureLog.class);
    private static final int REMEMBERED = 1_000;

    private final SequencedSet<String> said = new LinkedHashSet<>();

    @Override
    public void translationFailed(String what, RuntimeException failure) {
        if (said.add(what + " " + failure)) {
            LOG.error("translation failed, the old version stays: {}", what, failure);
            if (said.size() > REMEMBERED) {
                said.removeFirst();
            }
        }
    }
}
