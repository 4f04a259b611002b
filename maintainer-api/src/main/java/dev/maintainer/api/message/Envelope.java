package dev.maintainer.api.message;

import dev.maintainer.api.model.NodeId;

/** A message on its way. The transport vouches for the sender. */
public record Envelope(NodeId from, NodeId to, Message message) {}
