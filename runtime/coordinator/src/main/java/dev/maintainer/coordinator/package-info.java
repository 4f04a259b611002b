/**
 * The coordinator. {@link dev.maintainer.coordinator.Coordinator} takes every input on one thread at a time; metadata
 * is read and written elsewhere and comes back as inputs.
 */
@NullMarked
package dev.maintainer.coordinator;

import org.jspecify.annotations.NullMarked;
