/** Tests of what a control plane says about its own health. */
@NullMarked
package io.peakmesh.cli.health;

import org.jspecify.annotations.NullMarked;
