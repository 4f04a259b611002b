@NullMarked
package dev.maintainer.node.metrics;

import org.jspecify.annotations.NullMarked;
