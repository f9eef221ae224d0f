/**
 * {@code mesh inject} and {@code mesh uninject}: sidecars in manifests, as the webhook gives them
 * to pods. Never here: what a sidecar looks like, which {@code injector.patch} decides.
 */
@NullMarked
package io.peakmesh.cli.inject;

import org.jspecify.annotations.NullMarked;
