package dev.maintainer.simulator.world;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.port.ChangefeedMetadata;
import java.util.Optional;

/** What is durable of changefeeds, as nobody in the cluster sees it at once. */
interface DurableMetadata {
    /** What is durable of one; empty if nothing is. */
    Optional<ChangefeedMetadata> read(ChangefeedId changefeed);
}
