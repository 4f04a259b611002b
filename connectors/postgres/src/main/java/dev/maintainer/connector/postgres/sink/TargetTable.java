package dev.maintainer.connector.postgres.sink;

import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableName;

/**
 * Which table here a table of the source is.
 *
 * @param table of the source
 * @param schema of the source, in which it is
 * @param name of the table here; the last one, if it is not there any more
 * @param state whether it is there
 * @param typed whether it has the columns of the source
 */
record TargetTable(TableId table, SchemaId schema, TableName name, State state, boolean typed) {
    /** Whether there is a table. */
    enum State {
        /** It is there. */
        PRESENT,
        /** It was dropped, or replaced by another one: rows that still come for it are of no use. */
        DROPPED,
        /** The server has refused to make it; rows can only come if somebody has decided to go on without it. */
        REFUSED
    }

    TargetTable named(TableInfo info) {
        return new TargetTable(info.table(), info.schema(), info.name(), state, typed);
    }

    TargetTable dropped() {
        return new TargetTable(table, schema, name, State.DROPPED, false);
    }
}
