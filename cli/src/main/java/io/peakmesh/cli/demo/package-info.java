/**
 * {@code mesh demo}: a small shop on loopback addresses, every instance behind its own real Envoy,
 * and a walk through what the mesh does for it. {@code mesh sample} runs the same apps one by one,
 * for the pods of charts/sample. Never here: rules of the mesh; the demo only uses them.
 */
@NullMarked
package io.peakmesh.cli.demo;

import org.jspecify.annotations.NullMarked;
