/** Uses what the module may not use, for the test of the architecture rules. */
@NullMarked
package dev.maintainer.connector.postgres.broken;

import org.jspecify.annotations.NullMarked;
