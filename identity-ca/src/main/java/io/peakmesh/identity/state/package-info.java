/**
 * Where keys and certificates are kept. In standalone mode that is a folder: what may be read from
 * it, and how a file appears in it whole or not at all.
 *
 * <p>Never here: what a key or a certificate means.
 */
@NullMarked
package io.peakmesh.identity.state;

import org.jspecify.annotations.NullMarked;
