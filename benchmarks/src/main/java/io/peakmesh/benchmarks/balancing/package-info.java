/**
 * What a balancing policy is worth when an endpoint is slow, stalls, freezes or fails: real Envoys
 * before backends of seeded behaviour, under an open-loop load that no slow answer can hold back.
 *
 * <p>Never here: an assertion about a figure, or code that another room imports.
 */
@NullMarked
package io.peakmesh.benchmarks.balancing;

import org.jspecify.annotations.NullMarked;
