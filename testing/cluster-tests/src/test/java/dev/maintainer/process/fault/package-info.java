/** What is done to processes and to connections between them. */
@NullMarked
package dev.maintainer.process.fault;

import org.jspecify.annotations.NullMarked;
