/**
 * Who is at the other end of a stream: its verified identity against the node it claims to be. The
 * interfaces here are filled by the certificate authority; this room knows no certificate.
 */
@NullMarked
package io.peakmesh.xds.server.peer;

import org.jspecify.annotations.NullMarked;
