@NullMarked
package io.peakmesh.cli.demo;

import org.jspecify.annotations.NullMarked;
