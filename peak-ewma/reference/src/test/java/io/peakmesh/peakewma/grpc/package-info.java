/** The gRPC policy against real servers on loopback, and each stream's fate by itself. */
@NullMarked
package io.peakmesh.peakewma.grpc;

import org.jspecify.annotations.NullMarked;
