/** How the maintainer asks its scheduler for a plan, and checks the answer. */
@NullMarked
package dev.maintainer.core.scheduling.planner;

import org.jspecify.annotations.NullMarked;
