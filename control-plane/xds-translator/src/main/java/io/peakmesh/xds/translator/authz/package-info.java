/** SMI access policy as Envoy's RBAC. */
@NullMarked
package io.peakmesh.xds.translator.authz;

import org.jspecify.annotations.NullMarked;
