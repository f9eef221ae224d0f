/**
 * The one HTTPS server that the Kubernetes API server calls: admission, conversion of custom
 * resources, and the APIs that are aggregated into it. Handlers are passed in; never here: a client
 * of Kubernetes, or what an SMI object means.
 */
@NullMarked
package io.peakmesh.injector.webhook;

import org.jspecify.annotations.NullMarked;
