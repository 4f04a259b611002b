/** What the scenarios stand on: a maintainer with recorded commands, and a whole cluster under virtual time. */
@NullMarked
package dev.maintainer.it.support;

import org.jspecify.annotations.NullMarked;
