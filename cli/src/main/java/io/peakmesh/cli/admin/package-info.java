/**
 * How commands talk to a running control plane: JSON over HTTP on loopback, with a password that
 * only its state folder's owner can read.
 */
@NullMarked
package io.peakmesh.cli.admin;

import org.jspecify.annotations.NullMarked;
