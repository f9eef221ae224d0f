package io.peakmesh.xds.server.delta;

import io.peakmesh.xds.server.delta.Proxies.Quarantined;
import io.peakmesh.xds.translator.XdsType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** Versions that proxies rejected, the oldest first; beyond the limit the oldest is forgotten. */
final class Quarantine {
    private record Version(XdsType type, String name, String version) {}

    private final int most;
    private final SequencedMap<Version, Quarantined> rejected = new LinkedHashMap<>();

    Quarantine(int most) {
        this.most = most;
    }

    void add(Effect.Rejected nack) {
        nack.versions()
                .forEach((name, version) ->
                        rejected.merge(
                                new Version(nack.type(), name, version),
                                new Quarantined(nack.type(), name, version, 1, nack.text()),
                                (old, next) ->
                                        new Quarantined(
                                                old.type(),
                                                old.name(),
                                                old.version(),
                                                old.nacks() + 1,
                                                next.text())));
        while (rejected.size() > most) {
            rejected.pollFirstEntry();
        }
    }

    List<Quarantined> view() {
        return List.copyOf(rejected.values());
    }
}
