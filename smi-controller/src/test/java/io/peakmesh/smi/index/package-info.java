/** Tests of this package, through its door where that is enough. */
@NullMarked
package io.peakmesh.smi.index;

import org.jspecify.annotations.NullMarked;
