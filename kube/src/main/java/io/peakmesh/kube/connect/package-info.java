/**
 * The way to the API server: how it is opened, how a request is sent and its refusal said in a
 * sentence, and how a writer is paced, woken and stopped.
 *
 * <p>Never here: what is read or written, and why.
 */
@NullMarked
package io.peakmesh.kube.connect;

import org.jspecify.annotations.NullMarked;
