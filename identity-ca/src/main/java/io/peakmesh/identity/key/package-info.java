/**
 * P-256 keys and their PEM form, the only kind of key in the mesh. The cryptography provider is
 * passed to each operation and never registered in the JVM.
 *
 * <p>Never here: certificates, files, a key in a message.
 */
@NullMarked
package io.peakmesh.identity.key;

import org.jspecify.annotations.NullMarked;
