/** Tests of membership, each with a store in its hands. */
@NullMarked
package dev.maintainer.membership;

import org.jspecify.annotations.NullMarked;
