/** The built-in planners: {@code basic} places absent spans, {@code balance} also evens out and drains nodes. */
@NullMarked
package dev.maintainer.scheduler.defaults;

import org.jspecify.annotations.NullMarked;
