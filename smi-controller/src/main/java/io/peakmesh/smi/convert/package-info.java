/**
 * Brings an SMI object from any version of its API into any other, without loss: what the other
 * version has no field for is kept in annotations. Never here: what an object means.
 */
@NullMarked
package io.peakmesh.smi.convert;

import org.jspecify.annotations.NullMarked;
