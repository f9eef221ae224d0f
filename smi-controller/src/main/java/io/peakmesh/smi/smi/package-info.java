/**
 * The SMI APIs in every version: TrafficTarget, HTTPRouteGroup, TCPRoute, UDPRoute and TrafficSplit
 * are read, judged and resolved against each other and the services. The door is {@link
 * io.peakmesh.smi.smi.Policies}. Never here: a client, a clock, any xDS word.
 */
@NullMarked
package io.peakmesh.smi.smi;

import org.jspecify.annotations.NullMarked;
