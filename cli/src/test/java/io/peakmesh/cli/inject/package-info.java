@NullMarked
package io.peakmesh.cli.inject;

import org.jspecify.annotations.NullMarked;
