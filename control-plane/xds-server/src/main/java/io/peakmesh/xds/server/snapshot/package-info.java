/**
 * The graph of resources that somebody is subscribed to: each is translated, serialised and hashed
 * once for all the proxies that get it, and again only when something that its translation read has
 * changed. Owned by one thread; what it hands out ({@link
 * io.peakmesh.xds.server.snapshot.Resource}) is immutable and may go anywhere.
 *
 * <p>Never here: a stream, a clock, gRPC, a secret.
 */
@NullMarked
package io.peakmesh.xds.server.snapshot;

import org.jspecify.annotations.NullMarked;
