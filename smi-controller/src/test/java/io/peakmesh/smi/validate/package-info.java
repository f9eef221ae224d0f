@NullMarked
package io.peakmesh.smi.validate;

import org.jspecify.annotations.NullMarked;
