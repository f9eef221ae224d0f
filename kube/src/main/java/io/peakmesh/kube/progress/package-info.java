/**
 * What the replicas tell the leader of the proxies that are connected to them, by a ConfigMap for
 * each replica.
 *
 * <p>Never here: how far the proxies of this replica are, and what the sum is written into.
 */
@NullMarked
package io.peakmesh.kube.progress;

import org.jspecify.annotations.NullMarked;
