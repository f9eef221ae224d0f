/**
 * A control plane at home in a folder of YAML: it keeps its keys beside it and stands in for the
 * kubelet's tokens.
 */
@NullMarked
package io.peakmesh.cli.folder;

import org.jspecify.annotations.NullMarked;
