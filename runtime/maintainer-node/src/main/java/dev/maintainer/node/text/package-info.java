/** Text that comes from outside and is shown to people. */
@NullMarked
package dev.maintainer.node.text;

import org.jspecify.annotations.NullMarked;
