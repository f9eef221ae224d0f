/**
 * The chart in {@code charts/peakmesh}, rendered without Helm. It knows the part of Helm's template
 * language that this chart uses and refuses the rest, so that a chart that Helm would render
 * otherwise cannot be written unnoticed. Never here: a cluster, or what an object means.
 */
@NullMarked
package io.peakmesh.cli.install.chart;

import org.jspecify.annotations.NullMarked;
