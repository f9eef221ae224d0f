/**
 * How a proxy reaches a destination: connections, mTLS, protocol, limits and ejection. Never here:
 * the endpoints, which change more often and are resources of their own.
 */
@NullMarked
package io.peakmesh.xds.translator.cluster;

import org.jspecify.annotations.NullMarked;
