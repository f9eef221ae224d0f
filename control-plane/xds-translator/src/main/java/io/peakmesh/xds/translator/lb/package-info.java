/** Load-balancing policies, best first. */
@NullMarked
package io.peakmesh.xds.translator.lb;

import org.jspecify.annotations.NullMarked;
