/**
 * Operators as transition tables, and the controller that admits, drives, repeats, finishes and freezes them.
 *
 * <p>Single writer: everything here is called on the thread that owns the changefeed. An operator that reaches an end
 * state is finished within the same call, so there is no moment in which it has ended and is still registered.
 */
@NullMarked
package dev.maintainer.operator;

import org.jspecify.annotations.NullMarked;
