/**
 * Loads scheduler plug-ins: from the class path or module path, and from the jars of a directory, each with a class loader
 * of its own. What is wrong with them is found at start, all at once.
 */
@NullMarked
package dev.maintainer.runtime.plugin;

import org.jspecify.annotations.NullMarked;
