/**
 * Services, endpoints, workloads, addresses and namespace policy out of Kubernetes objects. The
 * door is {@link io.peakmesh.smi.discovery.Discovery}; below it are small pure functions, one per
 * derived value. Never here: SMI, a client, a clock.
 */
@NullMarked
package io.peakmesh.smi.discovery;

import org.jspecify.annotations.NullMarked;
