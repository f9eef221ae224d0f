@NullMarked
package io.peakmesh.cli.cluster;

import org.jspecify.annotations.NullMarked;
