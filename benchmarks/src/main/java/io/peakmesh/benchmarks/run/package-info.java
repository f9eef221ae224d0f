/**
 * What every benchmark run needs: child processes that end with it, the machine's name, percentiles
 * and tables.
 *
 * <p>Never here: what one benchmark measures.
 */
@NullMarked
package io.peakmesh.benchmarks.run;

import org.jspecify.annotations.NullMarked;
