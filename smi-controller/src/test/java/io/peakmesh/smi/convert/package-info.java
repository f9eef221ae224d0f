@NullMarked
package io.peakmesh.smi.convert;

import org.jspecify.annotations.NullMarked;
