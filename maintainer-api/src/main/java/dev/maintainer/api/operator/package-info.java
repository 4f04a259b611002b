/**
 * The operator contract: small state machines that drive one dispatcher, or those of a merge, through one change.
 *
 * <p>A protocol is pure: an event goes in, the next state and effects come out. The operator controller owns state,
 * time and sending. See ADR 0003.
 */
@NullMarked
package dev.maintainer.api.operator;

import org.jspecify.annotations.NullMarked;
