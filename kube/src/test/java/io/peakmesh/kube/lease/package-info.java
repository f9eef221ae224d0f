@NullMarked
package io.peakmesh.kube.lease;

import org.jspecify.annotations.NullMarked;
