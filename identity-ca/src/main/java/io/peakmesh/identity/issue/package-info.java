/**
 * The certificate authority: a root, an intermediate and a leaf for each workload. A certificate is
 * built, signed and validated in three separate steps, and the last one reads the encoded bytes
 * with another parser than the one that wrote them.
 *
 * <p>Never here: who may have a certificate, a logger, a private key in a message or a {@code
 * toString}.
 */
@NullMarked
package io.peakmesh.identity.issue;

import org.jspecify.annotations.NullMarked;
