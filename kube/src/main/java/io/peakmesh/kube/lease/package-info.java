/**
 * Which one of several control planes writes back to the cluster.
 *
 * <p>Never here: what the leader does.
 */
@NullMarked
package io.peakmesh.kube.lease;

import org.jspecify.annotations.NullMarked;
