@NullMarked
package io.peakmesh.kube.roots;

import org.jspecify.annotations.NullMarked;
