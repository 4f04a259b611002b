/** Certificates: reading them, reading them again, and whose they are. */
@NullMarked
package dev.maintainer.transport.grpc.tls;

import org.jspecify.annotations.NullMarked;
