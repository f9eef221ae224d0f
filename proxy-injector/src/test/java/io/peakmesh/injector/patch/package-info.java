@NullMarked
package io.peakmesh.injector.patch;

import org.jspecify.annotations.NullMarked;
