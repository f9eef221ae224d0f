/**
 * A real Kubernetes cluster with real pods for tests: kubelets, containers, a pod network of both
 * address families, DNS; and the mesh in it, installed and asked as users do. Never here: a look
 * into the control plane from behind, or pods that are made to seem ready.
 */
@NullMarked
package io.peakmesh.e2e.pods;

import org.jspecify.annotations.NullMarked;
