@NullMarked
package io.peakmesh.kube.connect;

import org.jspecify.annotations.NullMarked;
