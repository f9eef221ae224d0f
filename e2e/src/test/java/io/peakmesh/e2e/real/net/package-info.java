/**
 * Machines on one desk: network namespaces joined by a switch, with a real iptables redirect where
 * wanted, and doors between them and this JVM's loopback. Never here: a word about the mesh.
 */
@NullMarked
package io.peakmesh.e2e.real.net;

import org.jspecify.annotations.NullMarked;
