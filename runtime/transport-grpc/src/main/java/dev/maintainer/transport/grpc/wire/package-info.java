/** Messages as bytes: the only place that knows the generated classes of messages. */
@NullMarked
package dev.maintainer.transport.grpc.wire;

import org.jspecify.annotations.NullMarked;
