/**
 * What two nodes agree on and when, without sockets: handshakes, generations of sessions, queues of messages, liveness and
 * reconnecting. Time is passed in; nothing here is thread-safe unless it says so.
 */
@NullMarked
package dev.maintainer.transport.grpc.session;

import org.jspecify.annotations.NullMarked;
