/**
 * How Envoy is told of the Peak-EWMA module: its messages and its settings. Nothing here decides
 * who is told; that is in the key of a resource.
 */
@NullMarked
package io.peakmesh.xds.translator.module;

import org.jspecify.annotations.NullMarked;
