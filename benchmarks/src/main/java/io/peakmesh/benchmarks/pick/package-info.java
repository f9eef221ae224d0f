/**
 * What one choice of an endpoint costs in Java: nanoseconds and bytes, by JMH. {@link
 * io.peakmesh.benchmarks.pick.PickBenchmark} runs it.
 *
 * <p>Never here: what balancing is worth to a client; that is measured with real proxies beside.
 */
@NullMarked
package io.peakmesh.benchmarks.pick;

import org.jspecify.annotations.NullMarked;
