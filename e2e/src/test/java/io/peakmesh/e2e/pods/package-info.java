/**
 * A real Kubernetes cluster with real pods for tests: kubelets, containers, a pod network of both
 * address families, DNS. What a test says of pods is what users would. Never here: a word about the
 * mesh.
 */
@NullMarked
package io.peakmesh.e2e.pods;

import org.jspecify.annotations.NullMarked;
