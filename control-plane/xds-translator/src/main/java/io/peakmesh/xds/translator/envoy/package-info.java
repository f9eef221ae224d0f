/** Which feature answers for which name: the one translator there is. */
@NullMarked
package io.peakmesh.xds.translator.envoy;

import org.jspecify.annotations.NullMarked;
