package dev.maintainer.node.broken;

import io.grpc.Status;

/** A command line that knows the protocol between nodes. */
public record SpeaksGrpc(Status used) {}
