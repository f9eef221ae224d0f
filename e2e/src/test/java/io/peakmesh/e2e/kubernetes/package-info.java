/**
 * A real Kubernetes API for tests, and meshes on it: an API server with its etcd and controllers,
 * pods that are processes of this machine with addresses on loopback, projected tokens, control
 * planes. There is no kubelet: the tests say what becomes of a pod. All of it runs in the network
 * namespace of the test JVM ({@code e2e/cluster/bin/java}), so ports are fixed.
 */
@NullMarked
package io.peakmesh.e2e.kubernetes;

import org.jspecify.annotations.NullMarked;
