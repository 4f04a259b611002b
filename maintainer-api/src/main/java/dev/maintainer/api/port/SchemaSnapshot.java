package dev.maintainer.api.port;

import dev.maintainer.api.model.TableInfo;
import java.util.List;

/** The tables that exist at {@code ts} (a TSO): created at or before it, and not dropped at or before it. */
public record SchemaSnapshot(long ts, List<TableInfo> tables) {
    /** Copies the list. */
    public SchemaSnapshot {
        tables = List.copyOf(tables);
    }
}
