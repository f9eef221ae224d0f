/**
 * A control plane at home in a Kubernetes cluster: what the API server gives it and calls it for,
 * and what its leader writes back.
 */
@NullMarked
package io.peakmesh.cli.cluster;

import org.jspecify.annotations.NullMarked;
