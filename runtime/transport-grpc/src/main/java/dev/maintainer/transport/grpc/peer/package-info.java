/** Where the other nodes are: the port that whoever uses the transport implements. */
@NullMarked
package dev.maintainer.transport.grpc.peer;

import org.jspecify.annotations.NullMarked;
