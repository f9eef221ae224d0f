@NullMarked
package io.peakmesh.cli.run;

import org.jspecify.annotations.NullMarked;
