/**
 * What can be said of one SMI object by itself, for those who ask before it is stored. Never here:
 * what depends on other objects; those come and go in any order.
 */
@NullMarked
package io.peakmesh.smi.validate;

import org.jspecify.annotations.NullMarked;
