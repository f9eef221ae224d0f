/** From the authority that a request names to the cluster that answers it. */
@NullMarked
package io.peakmesh.xds.translator.route;

import org.jspecify.annotations.NullMarked;
