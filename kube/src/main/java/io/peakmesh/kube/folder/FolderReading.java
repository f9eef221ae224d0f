package io.peakmesh.kube.folder;

import io.peakmesh.model.Invalid;
import io.peakmesh.smi.object.MeshObject;
import java.util.List;
import java.util.SortedMap;

/**
 * What files and folders held when they were read once.
 *
 * @param files how many files were read
 * @param objects usable objects in the order of their keys, one of a kind, namespace and name
 * @param problems errors and remarks by file, duplicates across files among them
 * @param skippedKinds kinds that the mesh has no use for, and how many objects of each
 */
public record FolderReading(
        int files,
        List<MeshObject> objects,
        List<Invalid> problems,
        SortedMap<String, Integer> skippedKinds) {
    public FolderReading {
        objects = List.copyOf(objects);
        problems = List.copyOf(problems);
    }
}
