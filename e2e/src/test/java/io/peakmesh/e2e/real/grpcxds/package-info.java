/**
 * How a gRPC client proves itself to the control plane: the one thing that gRPC's own xDS client
 * leaves to its user.
 */
@NullMarked
package io.peakmesh.e2e.real.grpcxds;

import org.jspecify.annotations.NullMarked;
