/** Scheduler plug-ins from the class path, the module path and a directory, as their users would put them there. */
@NullMarked
package dev.maintainer.it.loading;

import org.jspecify.annotations.NullMarked;
