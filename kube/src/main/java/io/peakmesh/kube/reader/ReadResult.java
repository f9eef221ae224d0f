package io.peakmesh.kube.reader;

import io.peakmesh.model.Invalid;
import io.peakmesh.smi.object.MeshObject;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What one text holds.
 *
 * @param objects the usable objects in the order of the text
 * @param problems errors and remarks in the order of the text, each one line; an error that knows
 *     its object names it by kind, namespace and name, any other has an empty name
 * @param skippedKinds kinds that the mesh has no use for, and how many objects of each; a kind that
 *     shares its name with one of ours is followed by its group, as in {@code
 *     TCPRoute.gateway.networking.k8s.io}
 */
public record ReadResult(
        List<MeshObject> objects, List<Invalid> problems, SortedMap<String, Integer> skippedKinds) {
    public ReadResult {
        objects = List.copyOf(objects);
        problems = List.copyOf(problems);
        skippedKinds = sealed(skippedKinds);
    }

    private static SortedMap<String, Integer> sealed(Map<String, Integer> map) {
        return Collections.unmodifiableSortedMap(new TreeMap<>(map));
    }

    /** Whether anything in the text could not be used. */
    public boolean failed() {
        return problems.stream().anyMatch(p -> p.severity() == Invalid.Severity.ERROR);
    }
}
