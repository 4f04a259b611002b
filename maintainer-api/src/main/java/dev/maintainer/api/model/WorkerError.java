package dev.maintainer.api.model;

import dev.maintainer.api.annotation.Stability;
import dev.maintainer.api.error.ErrorCode;

/**
 * An error that a node reports for a changefeed. It is repeated until it is over, so losing one report loses nothing.
 *
 * @param node the node that reports it
 * @param code the stable code
 * @param message for people: what is wrong, with the offending value
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
public record WorkerError(NodeId node, ErrorCode code, String message) {}
