@NullMarked
package io.peakmesh.cli.terminal;

import org.jspecify.annotations.NullMarked;
