/**
 * The smallest building blocks of Envoy's messages, and how one message is put into another so that
 * the bytes are always the same. Never here: anything that knows the mesh.
 */
@NullMarked
package io.peakmesh.xds.translator.wire;

import org.jspecify.annotations.NullMarked;
