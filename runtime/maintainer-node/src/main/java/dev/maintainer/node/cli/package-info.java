/** The command line. */
@NullMarked
package dev.maintainer.node.cli;

import org.jspecify.annotations.NullMarked;
