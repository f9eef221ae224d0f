/**
 * Objects of a cluster: lists and watches of the few kinds that the mesh reads, each object cut
 * down to the fields that are used while it is read from the wire, and what became of them as
 * events.
 *
 * <p>Never here: Secrets, writing to the cluster, the decoding of a kind's fields (that is {@code
 * io.peakmesh.kube.reader}), a judgement of one object against another.
 */
@NullMarked
package io.peakmesh.kube.watch;

import org.jspecify.annotations.NullMarked;
