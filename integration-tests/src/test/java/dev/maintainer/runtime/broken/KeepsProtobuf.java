package dev.maintainer.runtime.broken;

import com.google.protobuf.ByteString;

/** A node that keeps what came over the wire. */
public record KeepsProtobuf(ByteString used) {}
