/**
 * Peak-EWMA as a balancing policy of gRPC Java, by the name {@code peak_ewma}: it is on the class
 * path, and gRPC finds it. {@link io.peakmesh.peakewma.grpc.PeakEwmaLoadBalancerProvider} is the
 * door.
 *
 * <p>Never here: the formula and the choice (those are in the package above), a lock held while a
 * transport works.
 */
@NullMarked
package io.peakmesh.peakewma.grpc;

import org.jspecify.annotations.NullMarked;
