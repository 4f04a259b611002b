/** How the maintainer asks its scheduler, checks the answer, and admits what it says. */
@NullMarked
package dev.maintainer.core.scheduling.planner;

import org.jspecify.annotations.NullMarked;
