/**
 * A small HTTP/1.1 server over TLS for callers that are few and trusted little: every phase of a
 * connection has a time limit, every size a maximum. Knows nothing of Kubernetes or JSON. The JDK's
 * own server has its time limits in system properties that the whole process shares, and closes an
 * idle connection after 30 s, while the API server may still use it for 90 s.
 */
@NullMarked
package io.peakmesh.injector.http;

import org.jspecify.annotations.NullMarked;
