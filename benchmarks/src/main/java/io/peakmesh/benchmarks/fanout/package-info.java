/**
 * What one change of an endpoint costs: a thousand delta ADS streams against the real control
 * plane, and the same streams against a floor server that only sends bytes encoded once.
 *
 * <p>Never here: an assertion about a figure, or code that another room imports.
 */
@NullMarked
package io.peakmesh.benchmarks.fanout;

import org.jspecify.annotations.NullMarked;
