/** The only way out: every command passes here and is checked against the lifecycle policy. */
@NullMarked
package dev.maintainer.core.gate;

import org.jspecify.annotations.NullMarked;
