/**
 * The incremental (delta) aggregated discovery stream as a pure state machine, and the set of all
 * such streams of one server: events and the time go in, effects come out. The door is {@link
 * io.peakmesh.xds.server.delta.Proxies}.
 *
 * <p>Everything a client can grow has its bound in {@link io.peakmesh.xds.server.delta.Limits}.
 * Never here: gRPC, a clock, a thread, a logger, an xDS message being built.
 */
@NullMarked
package io.peakmesh.xds.server.delta;

import org.jspecify.annotations.NullMarked;
