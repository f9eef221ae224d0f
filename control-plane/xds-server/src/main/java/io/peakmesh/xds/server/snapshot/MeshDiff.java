package io.peakmesh.xds.server.snapshot;

import io.peakmesh.model.Mesh;
import io.peakmesh.xds.translator.MeshView.Read;
import io.peakmesh.xds.translator.MeshView.Table;
import java.util.Iterator;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What differs between two meshes, by identity of their values: linear in their size. */
final class MeshDiff {
    private MeshDiff() {}

    static void between(Mesh old, Mesh next, Consumer<Read> changed) {
        diff(Table.NAMESPACE, old.namespaces(), next.namespaces(), changed);
        diff(Table.SERVICE, old.services(), next.services(), changed);
        diff(Table.ENDPOINTS, old.endpoints(), next.endpoints(), changed);
        diff(Table.WORKLOAD, old.workloads(), next.workloads(), changed);
        diff(Table.SPLITS, old.splits(), next.splits(), changed);
        diff(Table.TARGETS, old.targets(), next.targets(), changed);
        diff(Table.ADDRESS, old.addresses(), next.addresses(), changed);
    }

    private static <K extends Comparable<? super K>, V> void diff(
            Table table, SortedMap<K, V> old, SortedMap<K, V> next, Consumer<Read> changed) {
        Iterator<Map.Entry<K, V>> before = old.entrySet().iterator();
        Iterator<Map.Entry<K, V>> after = next.entrySet().iterator();
        Map.@Nullable Entry<K, V> a = step(before);
        Map.@Nullable Entry<K, V> b = step(after);
        while (a != null || b != null) {
            int order = order(a, b);
            if (order < 0 && a != null) {
                changed.accept(new Read(table, a.getKey()));
                a = step(before);
            } else if (order > 0 && b != null) {
                changed.accept(new Read(table, b.getKey()));
                b = step(after);
            } else if (a != null && b != null) {
                if (!same(a.getValue(), b.getValue())) {
                    changed.accept(new Read(table, a.getKey()));
                }
                a = step(before);
                b = step(after);
            }
        }
    }

    private static <K extends Comparable<? super K>, V> int order(
            Map.@Nullable Entry<K, V> a, Map.@Nullable Entry<K, V> b) {
        if (a == null) {
            return 1;
        }
        return b == null ? -1 : a.getKey().compareTo(b.getKey());
    }

    private static <K, V> Map.@Nullable Entry<K, V> step(Iterator<Map.Entry<K, V>> it) {
        return it.hasNext() ? it.next() : null;
    }

    /** Identity is the contract of {@link Mesh}: an equal copy only costs a translation. */
    @SuppressWarnings("ReferenceEquality")
    private static boolean same(Object a, Object b) {
        return a == b;
    }
}
