/** The apps of the tests: they answer who they are and whom their sidecar says is calling. */
@NullMarked
package io.peakmesh.e2e.real.app;

import org.jspecify.annotations.NullMarked;
