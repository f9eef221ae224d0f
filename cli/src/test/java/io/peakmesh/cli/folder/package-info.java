@NullMarked
package io.peakmesh.cli.folder;

import org.jspecify.annotations.NullMarked;
