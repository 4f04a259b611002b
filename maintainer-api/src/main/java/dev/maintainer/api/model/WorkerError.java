package dev.maintainer.api.model;

import dev.maintainer.api.error.ErrorCode;

/** An error that a node reports for a changefeed. It is repeated until it is over, so losing one report loses nothing. */
public record WorkerError(NodeId node, ErrorCode code, String message) {}
