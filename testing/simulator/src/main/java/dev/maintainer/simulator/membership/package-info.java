/** Worlds of processes that share nothing but a store: who is a member, who leads, and who may write. */
@NullMarked
package dev.maintainer.simulator.membership;

import org.jspecify.annotations.NullMarked;
