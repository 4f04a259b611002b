/** Dispatchers that stream a change log to a file sink. */
@NullMarked
package dev.maintainer.node.dispatch;

import org.jspecify.annotations.NullMarked;
