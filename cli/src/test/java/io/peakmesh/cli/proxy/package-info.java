@NullMarked
package io.peakmesh.cli.proxy;

import org.jspecify.annotations.NullMarked;
