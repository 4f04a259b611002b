/** Known bugs, planted into copies of production classes, for tests that look whether something would find them. */
@NullMarked
package dev.maintainer.seeded.testing;

import org.jspecify.annotations.NullMarked;
