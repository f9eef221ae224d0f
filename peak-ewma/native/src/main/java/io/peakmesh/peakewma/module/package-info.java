/**
 * The library that teaches stock Envoy to balance by Peak-EWMA, as it is carried in this jar. What
 * it does is in C ({@code src/main/c}); here is only what it takes to place it beside an Envoy.
 * Nothing of the control plane belongs here.
 */
@NullMarked
package io.peakmesh.peakewma.module;

import org.jspecify.annotations.NullMarked;
