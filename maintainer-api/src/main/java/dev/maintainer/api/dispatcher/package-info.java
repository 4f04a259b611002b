/**
 * The contract between a worker and its dispatchers. Users provide their own dispatchers by implementing
 * {@link dev.maintainer.api.dispatcher.DispatcherFactory}.
 */
@NullMarked
package dev.maintainer.api.dispatcher;

import org.jspecify.annotations.NullMarked;
