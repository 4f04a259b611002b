/** Messages that are too large for one frame: cut, and put together again. Pure; whatever comes is bounded. */
@NullMarked
package dev.maintainer.transport.grpc.frame;

import org.jspecify.annotations.NullMarked;
