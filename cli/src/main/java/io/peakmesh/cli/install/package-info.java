/**
 * How the mesh gets into a cluster, to a new version and out again: the commands that print
 * manifests for {@code kubectl}, and the values that they take. Never here: writing to a cluster.
 */
@NullMarked
package io.peakmesh.cli.install;

import org.jspecify.annotations.NullMarked;
