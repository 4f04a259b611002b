/** The built-in planners: {@code basic} places absent spans, {@code balance} also balances and drains nodes. */
@NullMarked
package dev.maintainer.scheduler.defaults;

import org.jspecify.annotations.NullMarked;
