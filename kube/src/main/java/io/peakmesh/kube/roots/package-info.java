/**
 * The trust bundle where sidecars find it before they have a connection: a ConfigMap in every
 * namespace that has meshed pods.
 *
 * <p>Never here: which roots are trusted, and where meshed pods are.
 */
@NullMarked
package io.peakmesh.kube.roots;

import org.jspecify.annotations.NullMarked;
