/** Tests of the typed reader. */
@NullMarked
package io.peakmesh.smi.object;

import org.jspecify.annotations.NullMarked;
