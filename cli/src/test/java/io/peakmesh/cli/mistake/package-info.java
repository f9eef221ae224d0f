/** Every kind of bad input that users were seen to make, and the line that each must give. */
@NullMarked
package io.peakmesh.cli.mistake;

import org.jspecify.annotations.NullMarked;
