@NullMarked
package io.peakmesh.cli.balancer;

import org.jspecify.annotations.NullMarked;
