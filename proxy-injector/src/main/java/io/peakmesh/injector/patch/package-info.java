/**
 * Whether and how a pod gets its sidecar: a pure function of the pod, its namespace and the mesh's
 * settings. Never here: a client, a clock, HTTP.
 */
@NullMarked
package io.peakmesh.injector.patch;

import org.jspecify.annotations.NullMarked;
