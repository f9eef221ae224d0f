/** Seeded simulation: random meshes, clients and networks against the pure core. */
@NullMarked
package io.peakmesh.xds.server.sim;

import org.jspecify.annotations.NullMarked;
