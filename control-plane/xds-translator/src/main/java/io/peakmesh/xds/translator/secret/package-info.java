/**
 * The names of the two secrets that every proxy has, and how they are fetched. Never here: a key.
 */
@NullMarked
package io.peakmesh.xds.translator.secret;

import org.jspecify.annotations.NullMarked;
