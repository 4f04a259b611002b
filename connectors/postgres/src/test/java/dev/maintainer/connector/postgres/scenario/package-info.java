/** Two databases, nodes that replicate one into the other, and what may happen to them. */
@NullMarked
package dev.maintainer.connector.postgres.scenario;

import org.jspecify.annotations.NullMarked;
