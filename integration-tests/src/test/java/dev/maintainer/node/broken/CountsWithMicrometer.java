package dev.maintainer.node.broken;

import io.micrometer.core.instrument.Counter;

/** A command line that knows the library of metrics. */
public record CountsWithMicrometer(Counter used) {}
