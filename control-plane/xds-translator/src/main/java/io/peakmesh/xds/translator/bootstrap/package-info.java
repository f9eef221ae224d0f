/** What a sidecar must know before it can ask the control plane for anything else. */
@NullMarked
package io.peakmesh.xds.translator.bootstrap;

import org.jspecify.annotations.NullMarked;
