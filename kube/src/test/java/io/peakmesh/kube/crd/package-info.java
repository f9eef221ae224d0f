@NullMarked
package io.peakmesh.kube.crd;

import org.jspecify.annotations.NullMarked;
