/**
 * The worker of a node. {@link dev.maintainer.dispatcher.DispatcherManager} takes every input on one thread at a time;
 * everything behind it is confined to that thread, except the counters.
 */
@NullMarked
package dev.maintainer.dispatcher;

import org.jspecify.annotations.NullMarked;
