/** What happens to a simulated cluster: faults that are always there, incidents with a time, and workloads that draw them. */
@NullMarked
package dev.maintainer.simulator.incident;

import org.jspecify.annotations.NullMarked;
