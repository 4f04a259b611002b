package dev.maintainer.core;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.model.NodeId;

/**
 * What is wrong with a changefeed at this moment, as people see it. Immutable.
 *
 * @param node the node that reports it; the maintainer's own for what the maintainer has found itself
 * @param code the stable code
 * @param message what is wrong, with the offending value; it may come from outside and is not escaped
 * @param lastingMillis for how long this maintainer has known it, at least 0
 */
public record ReportedError(NodeId node, ErrorCode code, String message, long lastingMillis) {}
