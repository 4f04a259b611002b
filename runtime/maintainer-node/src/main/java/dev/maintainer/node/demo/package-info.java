/** A cluster of processes on one machine, to look at: a supervisor that starts nodes, does things to them, and checks the sink. */
@NullMarked
package dev.maintainer.node.demo;

import org.jspecify.annotations.NullMarked;
