package dev.maintainer.api.model;

import java.util.List;

/**
 * A dispatcher tells the maintainer about a DDL.
 *
 * @param commitTs when the DDL was committed upstream; a TSO
 * @param changes which tables come and go, in order
 */
public record BlockStatus(DispatcherId dispatcher, long commitTs, BlockStage stage, List<TableChange> changes) {
    /** Copies the changes. */
    public BlockStatus {
        changes = List.copyOf(changes);
    }
}
