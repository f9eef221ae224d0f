/**
 * Who is at the other end: tokens that name one workload, signed and verified here, or signed by a
 * Kubernetes cluster and verified here.
 *
 * <p>Never here: certificates, a logger, a client of the API server, a token's text in a reason or
 * a {@code toString}.
 */
@NullMarked
package io.peakmesh.identity.attest;

import org.jspecify.annotations.NullMarked;
