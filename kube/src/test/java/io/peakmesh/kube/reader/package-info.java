@NullMarked
package io.peakmesh.kube.reader;

import org.jspecify.annotations.NullMarked;
