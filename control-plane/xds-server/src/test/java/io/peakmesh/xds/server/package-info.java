/** Tests of the server, with a translator, a token issuer and a secret source of their own. */
@NullMarked
package io.peakmesh.xds.server;

import org.jspecify.annotations.NullMarked;
