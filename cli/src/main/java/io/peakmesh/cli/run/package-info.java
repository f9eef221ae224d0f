/**
 * The running control plane: every room wired to the next, the threads, the clock, the log lines.
 */
@NullMarked
package io.peakmesh.cli.run;

import org.jspecify.annotations.NullMarked;
