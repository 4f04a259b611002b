/** The scenarios, by number. */
@NullMarked
package dev.maintainer.process.scenario;

import org.jspecify.annotations.NullMarked;
