/**
 * A folder of manifests as a source of objects: reads it once, then watches it, and says what
 * became of each object. {@link io.peakmesh.kube.folder.FolderState} decides, without files, clock
 * or thread; {@link io.peakmesh.kube.folder.Settling} says when, by the time it is told; the rest
 * touches the disk.
 *
 * <p>Never here: what an object means for the mesh.
 */
@NullMarked
package io.peakmesh.kube.folder;

import org.jspecify.annotations.NullMarked;
