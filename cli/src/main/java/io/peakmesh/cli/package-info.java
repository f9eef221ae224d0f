/**
 * The command line and all the wiring: the system clock, seeds, the environment, exit codes. One
 * class a command. Never here: a rule of the domain.
 */
@NullMarked
package io.peakmesh.cli;

import org.jspecify.annotations.NullMarked;
