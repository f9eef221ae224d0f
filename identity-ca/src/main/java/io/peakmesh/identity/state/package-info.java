/**
 * The folder that holds keys and certificates in standalone mode: what may be read from it, and how
 * a file appears in it whole or not at all.
 *
 * <p>Never here: what a key or a certificate means.
 */
@NullMarked
package io.peakmesh.identity.state;

import org.jspecify.annotations.NullMarked;
