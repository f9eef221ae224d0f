/**
 * {@code mesh check}: questions about a running mesh, each answered in one line and, where the
 * answer is not good, with the command to run next. Never here: changing anything.
 */
@NullMarked
package io.peakmesh.cli.check;

import org.jspecify.annotations.NullMarked;
