@NullMarked
package io.peakmesh.kube.lookup;

import org.jspecify.annotations.NullMarked;
