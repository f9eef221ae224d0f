/**
 * From the mesh to Envoy's messages: pure, one resource at a time, on demand. A resource is a
 * function of the mesh and of its {@link io.peakmesh.xds.translator.ResourceKey}; what it read is
 * recorded, so that the server knows when to ask again.
 *
 * <p>Never here: gRPC, a clock, randomness, a logger, an earlier output, a private key.
 */
@NullMarked
package io.peakmesh.xds.translator;

import org.jspecify.annotations.NullMarked;
