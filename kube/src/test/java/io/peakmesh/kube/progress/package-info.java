@NullMarked
package io.peakmesh.kube.progress;

import org.jspecify.annotations.NullMarked;
