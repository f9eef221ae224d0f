@NullMarked
package io.peakmesh.benchmarks.fanout;

import org.jspecify.annotations.NullMarked;
