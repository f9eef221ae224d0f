@NullMarked
package io.peakmesh.benchmarks.run;

import org.jspecify.annotations.NullMarked;
