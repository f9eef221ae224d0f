@NullMarked
package io.peakmesh.kube.trust;

import org.jspecify.annotations.NullMarked;
