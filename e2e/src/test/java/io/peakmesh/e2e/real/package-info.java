/**
 * Whole meshes of real processes: the control plane as {@code mesh} starts it, stock Envoys, real
 * sockets. Each test starts what it needs and ends it by its process, also when it fails.
 */
@NullMarked
package io.peakmesh.e2e.real;

import org.jspecify.annotations.NullMarked;
