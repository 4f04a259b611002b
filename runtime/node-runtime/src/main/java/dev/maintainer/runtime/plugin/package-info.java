/**
 * Loads scheduler plug-ins: from the class path or module path, and from the jars of a directory, each with a class
 * loader of its own. All problems are found at start, and reported together.
 */
@NullMarked
package dev.maintainer.runtime.plugin;

import org.jspecify.annotations.NullMarked;
