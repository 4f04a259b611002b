package dev.maintainer.simulator.world;

import dev.maintainer.api.dispatcher.DispatcherSpec;
import dev.maintainer.api.model.PartialCommit;
import dev.maintainer.api.model.TableId;
import dev.maintainer.replication.RowReader;
import dev.maintainer.replication.event.RowEvent;
import dev.maintainer.simulator.invariant.Invariant;
import dev.maintainer.simulator.invariant.Violation;

/** The rows of a table as a dispatcher reads them, and whether they are all that were committed. */
final class RowFeed {
    private static final int BATCH = 256;

    private final NodeSource source;
    private final TableId table;
    private final RowReader reader;
    /** All rows up to here were read. */
    private long readTs;

    /** Begins to read; throws if the source cannot be read. */
    RowFeed(NodeSource source, DispatcherSpec spec) {
        this.source = source;
        this.table = spec.span().table();
        this.readTs = spec.partial() == PartialCommit.NONE ? spec.startTs() : spec.startTs() + 1;
        source.source().check();
        this.reader = source.source().rows(spec.span(), readTs, () -> {});
    }

    long resolvedTs() {
        return source.resolvedTs();
    }

    /** Up to here no row is unread, as the reader knows. */
    long knownTs() {
        return reader.nextTs() - 1;
    }

    /** Reads the rows up to a moment; throws if nothing more can be read. */
    void read(long upToTs) {
        for (RowEvent row : reader.poll(BATCH, upToTs)) {
            long next = source.rowAfter(table, readTs);
            if (row.commitTs() != next) {
                throw new Violation(
                        Invariant.NO_GAP,
                        "a row of table " + table + " is read at " + row.commitTs() + ", and the next one is at "
                                + next);
            }
            readTs = next;
        }
    }

    /** Fails if there is a row that was not read. */
    void checkComplete(long upToTs, DispatcherModel dispatcher) {
        long next = source.rowAfter(table, readTs);
        if (next <= upToTs) {
            throw new Violation(
                    Invariant.NO_GAP, dispatcher + " goes up to " + upToTs + ", and has not read the row at " + next);
        }
    }
}
