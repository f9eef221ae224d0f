/**
 * SMI's HTTP matches in Envoy's words, for routes and for policy alike. Never here: what a match is
 * for.
 */
@NullMarked
package io.peakmesh.xds.translator.match;

import org.jspecify.annotations.NullMarked;
