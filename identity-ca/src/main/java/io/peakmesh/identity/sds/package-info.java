/**
 * The secrets of a proxy as Envoy wants them: its own certificate with the key, and the roots.
 *
 * <p>Never here: a stream, a cache of keys, a logger.
 */
@NullMarked
package io.peakmesh.identity.sds;

import org.jspecify.annotations.NullMarked;
