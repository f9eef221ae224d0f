@NullMarked
package io.peakmesh.kube.folder;

import org.jspecify.annotations.NullMarked;
