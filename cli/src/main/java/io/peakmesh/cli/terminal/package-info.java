/** How commands take their options and print their answers, alike in all of them. */
@NullMarked
package io.peakmesh.cli.terminal;

import org.jspecify.annotations.NullMarked;
