/** The network of nodes in several processes. Only here is gRPC used. */
@NullMarked
package dev.maintainer.transport.grpc;

import org.jspecify.annotations.NullMarked;
