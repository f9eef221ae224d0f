@NullMarked
package io.peakmesh.cli.check;

import org.jspecify.annotations.NullMarked;
