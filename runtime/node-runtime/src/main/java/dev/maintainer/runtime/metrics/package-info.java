/** What is measured, and the port to whatever shows it: nobody who measures knows a library of metrics. */
@NullMarked
package dev.maintainer.runtime.metrics;

import org.jspecify.annotations.NullMarked;
