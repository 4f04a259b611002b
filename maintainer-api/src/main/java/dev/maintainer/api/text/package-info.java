/** Text that comes from outside and is shown to people. */
@NullMarked
package dev.maintainer.api.text;

import org.jspecify.annotations.NullMarked;
