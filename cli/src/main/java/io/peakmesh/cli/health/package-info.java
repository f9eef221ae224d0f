/**
 * What a kubelet and Prometheus ask of a control plane, over plain HTTP: no secret is told here.
 */
@NullMarked
package io.peakmesh.cli.health;

import org.jspecify.annotations.NullMarked;
