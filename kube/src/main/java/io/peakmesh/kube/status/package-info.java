/**
 * What is said to the authors of SMI objects, written into the cluster: the conditions of a status
 * and events, at a bounded rate.
 *
 * <p>Never here: what is said, and whether it is worth saying.
 */
@NullMarked
package io.peakmesh.kube.status;

import org.jspecify.annotations.NullMarked;
