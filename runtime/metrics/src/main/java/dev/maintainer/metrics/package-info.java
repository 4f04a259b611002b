/** Metrics by Micrometer, in the text format of Prometheus. The only place that knows either. */
@NullMarked
package dev.maintainer.metrics;

import org.jspecify.annotations.NullMarked;
