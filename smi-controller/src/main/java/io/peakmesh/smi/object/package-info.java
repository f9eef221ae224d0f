/**
 * What sources tell the index: Kubernetes and SMI objects reduced to the fields that matter, and
 * the events that carry them. Sources decode into these records; nothing here knows a client
 * library.
 */
@NullMarked
package io.peakmesh.smi.object;

import org.jspecify.annotations.NullMarked;
