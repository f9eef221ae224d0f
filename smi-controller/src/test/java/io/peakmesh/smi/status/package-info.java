/** Tests of this package, through its door where that is enough. */
@NullMarked
package io.peakmesh.smi.status;

import org.jspecify.annotations.NullMarked;
