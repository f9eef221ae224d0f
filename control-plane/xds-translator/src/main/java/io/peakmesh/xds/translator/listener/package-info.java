/**
 * Where a proxy takes connections: from its app, from its peers, and what gRPC clients have
 * instead. Never here: a list that grows with the mesh.
 */
@NullMarked
package io.peakmesh.xds.translator.listener;

import org.jspecify.annotations.NullMarked;
