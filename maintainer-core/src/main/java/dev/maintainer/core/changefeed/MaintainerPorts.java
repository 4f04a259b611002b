package dev.maintainer.core.changefeed;

import dev.maintainer.api.port.SchemaStore;
import dev.maintainer.api.port.Transport;
import dev.maintainer.core.MaintainerObserver;
import dev.maintainer.core.scheduling.planner.PlanningPort;

/** What a maintainer needs from its surroundings. */
public record MaintainerPorts(
        Transport transport, SchemaStore schemaStore, PlanningPort planning, MaintainerObserver observer) {}
