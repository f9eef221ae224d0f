@NullMarked
package io.peakmesh.cli.admin;

import org.jspecify.annotations.NullMarked;
