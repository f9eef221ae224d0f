@NullMarked
package io.peakmesh.kube.status;

import org.jspecify.annotations.NullMarked;
