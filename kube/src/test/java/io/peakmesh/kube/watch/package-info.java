@NullMarked
package io.peakmesh.kube.watch;

import org.jspecify.annotations.NullMarked;
