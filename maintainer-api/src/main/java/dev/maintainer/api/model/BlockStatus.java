package dev.maintainer.api.model;

import dev.maintainer.api.annotation.Stability;
import java.util.List;

/**
 * A dispatcher tells the maintainer about a DDL.
 *
 * @param dispatcher the dispatcher that calls
 * @param commitTs when the DDL was committed upstream; a TSO
 * @param stage how far it is with the DDL
 * @param changes which tables are added and removed, in order
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
public record BlockStatus(DispatcherId dispatcher, long commitTs, BlockStage stage, List<TableChange> changes) {
    /**
     * Copies the changes.
     *
     * @param dispatcher the dispatcher that calls
     * @param commitTs when the DDL was committed upstream; a TSO
     * @param stage how far it is with the DDL
     * @param changes which tables are added and removed, in order
     */
    public BlockStatus {
        changes = List.copyOf(changes);
    }
}
