package dev.maintainer.core.changefeed;

import dev.maintainer.api.port.SchemaStore;
import dev.maintainer.api.port.Transport;
import dev.maintainer.core.MaintainerObserver;
import dev.maintainer.core.planning.PlanningPort;

/**
 * What a maintainer needs from its surroundings.
 *
 * @param scheduler the name of the scheduler that it begins with
 */
public record MaintainerPorts(
        Transport transport,
        SchemaStore schemaStore,
        String scheduler,
        PlanningPort planning,
        MaintainerObserver observer) {}
