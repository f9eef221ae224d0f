/**
 * The transport around the pure streams: bytes in and out, threads, back-pressure, tokens, logging.
 * The doors are {@link io.peakmesh.xds.server.grpc.ControlLoop}, the one thread that owns the graph
 * and all streams, and {@link io.peakmesh.xds.server.grpc.DeltaCalls}, the gRPC method.
 *
 * <p>Never here: a decision about what a proxy gets.
 */
@NullMarked
package io.peakmesh.xds.server.grpc;

import org.jspecify.annotations.NullMarked;
