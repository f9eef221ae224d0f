/** The addresses behind a destination, with health, locality and weight. */
@NullMarked
package io.peakmesh.xds.translator.endpoint;

import org.jspecify.annotations.NullMarked;
