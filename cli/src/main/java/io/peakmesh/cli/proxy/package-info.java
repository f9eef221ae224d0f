/** Running one real Envoy as a workload's sidecar: its bootstrap, its process, its end. */
@NullMarked
package io.peakmesh.cli.proxy;

import org.jspecify.annotations.NullMarked;
