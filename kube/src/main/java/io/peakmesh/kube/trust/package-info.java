/**
 * What the certificate authority asks of a cluster: by which keys it signs service-account tokens,
 * whether a token is good, and a Secret to keep the authority's own keys in.
 *
 * <p>Never here: a judgement of who may have which identity.
 */
@NullMarked
package io.peakmesh.kube.trust;

import org.jspecify.annotations.NullMarked;
