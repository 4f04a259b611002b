/** Commands that need more than the module of the command line has in its tests. */
@NullMarked
package dev.maintainer.node.cli;

import org.jspecify.annotations.NullMarked;
