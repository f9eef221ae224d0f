/** The house's rules as tests: which room may know which, and who may look at the clock. */
@NullMarked
package io.peakmesh.e2e.house;

import org.jspecify.annotations.NullMarked;
