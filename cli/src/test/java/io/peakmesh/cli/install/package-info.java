@NullMarked
package io.peakmesh.cli.install;

import org.jspecify.annotations.NullMarked;
