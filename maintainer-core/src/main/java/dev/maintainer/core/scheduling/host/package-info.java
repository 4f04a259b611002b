/** Rounds of planning as the maintainer sees them: when to ask, what to tell, what to do with the answer. */
@NullMarked
package dev.maintainer.core.scheduling.host;

import org.jspecify.annotations.NullMarked;
