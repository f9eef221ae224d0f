/**
 * What incremental derivation is made of: values that keep their instance while they stay equal,
 * and who depends on what. Never here: a word of Kubernetes or SMI rules.
 */
@NullMarked
package io.peakmesh.smi.derive;

import org.jspecify.annotations.NullMarked;
