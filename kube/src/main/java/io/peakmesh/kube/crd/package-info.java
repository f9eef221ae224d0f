/**
 * The cluster-wide objects that make the API server speak SMI: the custom resource definitions in
 * all their versions, the webhooks that convert and check, and the aggregated API of diagnostics;
 * and what is stored in an old version, brought to the newest.
 *
 * <p>Never here: how an object is converted or judged.
 */
@NullMarked
package io.peakmesh.kube.crd;

import org.jspecify.annotations.NullMarked;
