package dev.maintainer.admin;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.core.MaintainerView;

/**
 * A changefeed and its maintainer.
 *
 * @param node where its maintainer runs
 */
public record ChangefeedRow(NodeId node, MaintainerView maintainer) {}
