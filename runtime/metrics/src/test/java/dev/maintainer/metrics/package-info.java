@NullMarked
package dev.maintainer.metrics;

import org.jspecify.annotations.NullMarked;
