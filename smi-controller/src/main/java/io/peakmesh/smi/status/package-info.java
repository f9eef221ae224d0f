/**
 * What became of each SMI object, and how that is said to its author: judgements, the conditions of
 * its status, and events. Never here: a client of Kubernetes, a clock.
 */
@NullMarked
package io.peakmesh.smi.status;

import org.jspecify.annotations.NullMarked;
