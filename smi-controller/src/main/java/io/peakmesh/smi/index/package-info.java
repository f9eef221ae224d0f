/**
 * Object events in, the next {@link io.peakmesh.model.Mesh} out: incremental, and the same as from
 * scratch in any order of events. No client, no watch, no thread, no clock, and no word of xDS.
 */
@NullMarked
package io.peakmesh.smi.index;

import org.jspecify.annotations.NullMarked;
