package io.peakmesh.xds.server.delta;

import io.peakmesh.model.ServiceAccountName;
import io.peakmesh.xds.translator.XdsType;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;

/**
 * What the proxies of each service account have asked for on demand, so that the next one gets it
 * at connect. Bounded: the account unseen for longest goes first; beyond its number of names an
 * account learns no more.
 */
final class Learned {
    private record Key(ServiceAccountName account, XdsType type) {}

    private final int accounts;
    private final int names;
    private final SequencedMap<Key, Set<String>> known = new LinkedHashMap<>(16, 0.75f, true);

    Learned(Limits limits) {
        this.accounts = limits.learnedAccounts();
        this.names = limits.learnedNames();
    }

    static boolean onDemand(XdsType type) {
        return type == XdsType.CLUSTER || type == XdsType.VIRTUAL_HOST;
    }

    void record(ServiceAccountName account, XdsType type, String name) {
        Set<String> of = known.computeIfAbsent(new Key(account, type), _ -> new LinkedHashSet<>(4));
        if (of.size() < names) {
            of.add(name);
        }
        if (known.size() > 2 * accounts) {
            known.pollFirstEntry();
        }
    }

    List<String> of(ServiceAccountName account, XdsType type) {
        return List.copyOf(known.getOrDefault(new Key(account, type), Set.of()));
    }
}
