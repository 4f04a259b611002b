package dev.maintainer.api.message;

import dev.maintainer.api.annotation.Stability;
import dev.maintainer.api.model.NodeId;

/**
 * A message on its way. The transport vouches for the sender.
 *
 * @param from the sender
 * @param to the receiver
 * @param message the content
 * @since 0.1.0
 */
@Stability(Stability.Level.EVOLVING)
public record Envelope(NodeId from, NodeId to, Message message) {}
