/** State machines as data. */
@NullMarked
package dev.maintainer.api.state;

import org.jspecify.annotations.NullMarked;
