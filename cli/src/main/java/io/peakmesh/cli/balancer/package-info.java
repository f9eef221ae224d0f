/**
 * What one proxy's balancer knows of its endpoints, read from the page that the Peak-EWMA module
 * adds to Envoy's admin interface. Never here: judging it.
 */
@NullMarked
package io.peakmesh.cli.balancer;

import org.jspecify.annotations.NullMarked;
