/**
 * When to renew, and the control plane's own certificate, which is replaced without a restart.
 *
 * <p>Never here: a timer or a thread; callers ask again when the time has come.
 */
@NullMarked
package io.peakmesh.identity.rotation;

import org.jspecify.annotations.NullMarked;
