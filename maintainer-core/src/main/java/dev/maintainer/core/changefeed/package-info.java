/**
 * The maintainer of one changefeed: one state machine, one writer. Inputs go in through
 * {@link dev.maintainer.core.changefeed.Maintainer#handle}, commands go out through the gate, and nothing else happens.
 */
@NullMarked
package dev.maintainer.core.changefeed;

import org.jspecify.annotations.NullMarked;
