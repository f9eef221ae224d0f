@NullMarked
package io.peakmesh.cli.install.chart;

import org.jspecify.annotations.NullMarked;
