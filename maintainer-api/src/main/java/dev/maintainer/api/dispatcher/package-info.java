/**
 * The contract between a worker and the dispatchers that do the replicating. Users bring their own by implementing
 * {@link dev.maintainer.api.dispatcher.DispatcherFactory}.
 */
@NullMarked
package dev.maintainer.api.dispatcher;

import org.jspecify.annotations.NullMarked;
