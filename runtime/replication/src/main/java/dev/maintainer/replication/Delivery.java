package dev.maintainer.replication;

import dev.maintainer.api.error.MaintainerException;
import java.util.OptionalLong;

/** What a source knows of how far a changefeed is, for whoever compares both ends while it goes on. Used by one thread. */
public interface Delivery {
    /**
     * {@return a position at or behind everything that is committed in the source at this moment}
     *
     * @throws MaintainerException if it cannot be read
     */
    long position() throws MaintainerException;

    /**
     * {@return a position up to which everything is durable in the sink; empty if the changefeed has told the source of none}
     *
     * @throws MaintainerException if it cannot be read
     */
    OptionalLong deliveredTo() throws MaintainerException;
}
