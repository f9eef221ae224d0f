/**
 * {@code mesh demo}: a small shop on loopback addresses, every instance behind its own real Envoy,
 * and a walk through what the mesh does for it. Never here: rules of the mesh; the demo only uses
 * them.
 */
@NullMarked
package io.peakmesh.cli.demo;

import org.jspecify.annotations.NullMarked;
