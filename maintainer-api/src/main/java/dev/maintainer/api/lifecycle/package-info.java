/**
 * The life cycle of a maintainer as data: phases, what each phase allows, the quiesce allowlist, and what an old owner
 * leaves to its successor.
 */
@NullMarked
package dev.maintainer.api.lifecycle;

import org.jspecify.annotations.NullMarked;
