/** The algorithm against its vectors, its properties by seed, and a fuzzer. */
@NullMarked
package io.peakmesh.peakewma;

import org.jspecify.annotations.NullMarked;
