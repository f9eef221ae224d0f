/** Asks a cluster what it would say to manifests. Nothing is ever stored. */
@NullMarked
package io.peakmesh.kube.dryrun;

import org.jspecify.annotations.NullMarked;
