/**
 * Streams to each proxy what it uses of the mesh, and nothing else. The door is {@link
 * io.peakmesh.xds.server.XdsServer}.
 *
 * <p>Never here: Kubernetes types, SMI words, an xDS message being built.
 */
@NullMarked
package io.peakmesh.xds.server;

import org.jspecify.annotations.NullMarked;
