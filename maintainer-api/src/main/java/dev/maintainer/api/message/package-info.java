/**
 * The messages between the roles. Immutable, sealed per direction, delivered at most once; all reliability comes from
 * repetition and idempotent receivers.
 */
@NullMarked
package dev.maintainer.api.message;

import org.jspecify.annotations.NullMarked;
