/** Who is behind a name or an address now, in the mesh's own words. Never here: an xDS message. */
@NullMarked
package io.peakmesh.xds.translator.destination;

import org.jspecify.annotations.NullMarked;
