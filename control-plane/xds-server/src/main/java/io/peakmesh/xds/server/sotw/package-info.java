/**
 * State-of-the-world ADS for gRPC's own xDS clients, which know no delta protocol: {@code
 * io.envoyproxy.controlplane}'s stream handling over our graph. The door is {@link
 * io.peakmesh.xds.server.sotw.GrpcClients}.
 *
 * <p>Never here: a second copy of a resource, a stream whose peer is not verified.
 */
@NullMarked
package io.peakmesh.xds.server.sotw;

import org.jspecify.annotations.NullMarked;
