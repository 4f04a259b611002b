package dev.maintainer.admin.cluster;

import dev.maintainer.api.error.MaintainerException;
import java.util.OptionalLong;

/** Chooses where a changefeed begins, when it is known what its source has. */
@FunctionalInterface
public interface StartPosition {
    /**
     * Chooses.
     *
     * @param earliest the position from which the source can be read; a TSO
     * @param end the last position of a source that ends; a TSO; empty if it grows
     * @return a TSO
     * @throws MaintainerException if the source does not have what is wanted
     */
    long choose(long earliest, OptionalLong end) throws MaintainerException;
}
