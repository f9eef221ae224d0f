@NullMarked
package io.peakmesh.cli;

import org.jspecify.annotations.NullMarked;
