@NullMarked
package io.peakmesh.benchmarks.balancing;

import org.jspecify.annotations.NullMarked;
