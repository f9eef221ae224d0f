/**
 * Peak-EWMA with the power of two choices, as {@code peak-ewma/ALGORITHM.md} defines it: what is
 * known of an endpoint, what it costs, and which one a request goes to. {@link
 * io.peakmesh.peakewma.Balancer} is the door.
 *
 * <p>Never here: a clock, a source of chance, a thread, a lock held across I/O, gRPC.
 */
@NullMarked
package io.peakmesh.peakewma;

import org.jspecify.annotations.NullMarked;
