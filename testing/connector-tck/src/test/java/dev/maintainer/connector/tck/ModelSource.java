package dev.maintainer.connector.tck;

import dev.maintainer.api.model.BlockEvent;
import dev.maintainer.api.model.PartialCommit;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.port.SchemaSnapshot;
import dev.maintainer.replication.BlockReader;
import dev.maintainer.replication.DdlReader;
import dev.maintainer.replication.RowReader;
import dev.maintainer.replication.Source;
import dev.maintainer.replication.event.DdlEvent;
import dev.maintainer.replication.event.RowEvent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A source that keeps every rule, but for the one that its fault breaks. */
final class ModelSource implements Source {
    private static int opened;

    private final ModelHistory history;
    private final @Nullable SourceFault fault;
    private final int number = ++opened;
    private boolean closed;
    private int looks;

    ModelSource(ModelHistory history, @Nullable SourceFault fault) {
        this.history = history;
        this.fault = fault;
    }

    @Override
    public String identity() {
        return fault == SourceFault.ANOTHER_IDENTITY ? "model " + number : "model";
    }

    @Override
    public long startTs() {
        return fault == SourceFault.STARTS_AT_NOTHING ? 0 : 10;
    }

    @Override
    public long resolvedTs() {
        return fault == SourceFault.RESOLVED_GOES_BACK ? history.now + 1_000 - ++looks : history.now;
    }

    @Override
    public SchemaSnapshot tablesAt(long ts) {
        SchemaSnapshot seen = history.tablesAt(fault == SourceFault.TABLES_ARE_LATE ? ts - 1 : ts);
        return new SchemaSnapshot(ts, seen.tables());
    }

    @Override
    public List<TableInfo> tables() {
        return history.lives.stream().map(ModelHistory.Life::info).toList();
    }

    @Override
    public Optional<TableInfo> table(TableId table) {
        return tables().stream().filter(each -> each.table().equals(table)).findFirst();
    }

    @Override
    public RowReader rows(TableSpan span, long startTs, Runnable available) {
        return new Reader(span, startTs);
    }

    @Override
    public DdlReader ddls(long startTs) {
        List<List<DdlEvent>> left = history.ddls.stream()
                .filter(together -> timeOf(together) > startTs || fault == SourceFault.DDLS_FROM_THE_BEGINNING)
                .toList();
        return new DdlReader() {
            private int next;

            @Override
            public List<DdlEvent> poll(long upToTs) {
                return nextTs() <= upToTs && next < left.size() ? List.copyOf(left.get(next++)) : List.of();
            }

            @Override
            public long nextTs() {
                return next < left.size() ? timeOf(left.get(next)) : RowReader.NONE;
            }
        };
    }

    private static long timeOf(List<DdlEvent> together) {
        return together.get(0).commitTs();
    }

    @Override
    public BlockReader blocks(TableSpan span, long startTs, PartialCommit partial, Runnable available) {
        if (fault == null && !history.abilities().contains(SourceLab.Ability.BLOCK_EVENTS)) {
            return BlockReader.NONE;
        }
        List<BlockEvent> events = InMemoryBlocks.eventsOf(history.ddls, history.syncPoints);
        return fault == null
                ? new InMemoryBlocks(events, history::tablesAt).read(span, startTs, partial)
                : new FaultyBlocks(events, fault, history).read(span, startTs, partial);
    }

    @Override
    public long wallMillis(long ts) {
        return fault == SourceFault.TIME_GOES_BACK ? -ts : ts;
    }

    @Override
    public void close() {
        closed = true;
    }

    private final class Reader implements RowReader {
        private final TableSpan span;
        private final long startTs;
        private final List<RowEvent> rows;
        private int next;
        private boolean over;

        Reader(TableSpan span, long startTs) {
            this.span = span;
            this.startTs = startTs;
            this.rows = rowsOf(span.table());
            while (next < rows.size() && isBefore(rows.get(next), startTs)) {
                next++;
            }
        }

        private List<RowEvent> rowsOf(TableId table) {
            List<RowEvent> all = history.rows.getOrDefault(table, List.of());
            if (fault == SourceFault.COPIES_ALL) {
                // As if they had come over a network: nothing of it is shared with the history.
                List<RowEvent> copies = new ArrayList<>();
                all.forEach(row -> copies.add(new RowEvent(
                        row.commitTs(),
                        row.table(),
                        row.op(),
                        new String(row.key().toCharArray()),
                        row.row() == null ? null : new String(row.row().toCharArray()))));
                return copies;
            }
            if (fault == SourceFault.ROWS_END_BEFORE_THE_DROP) {
                return all.stream()
                        .filter(row -> history.tablesAt(row.commitTs()).tables().stream()
                                .anyMatch(each -> each.table().equals(table)))
                        .toList();
            }
            if (fault == SourceFault.ROWS_COME_AFTER_THEIR_DDL) {
                return all.stream()
                        .map(row -> history.ddls.stream().anyMatch(ddls -> timeOf(ddls) == row.commitTs())
                                ? new RowEvent(row.commitTs() + 1, table, row.op(), row.key(), row.row())
                                : row)
                        .toList();
            }
            List<RowEvent> rows = fault == null || all.size() < 20 ? all : new ArrayList<>(all);
            if (rows != all && fault == SourceFault.SKIPS_A_ROW) {
                rows.remove(15);
            } else if (rows != all && fault == SourceFault.GIVES_A_ROW_TWICE) {
                rows.add(15, rows.get(15));
            } else if (rows != all && fault == SourceFault.OUT_OF_ORDER) {
                Collections.swap(rows, 0, rows.size() - 1);
            }
            return rows;
        }

        private boolean isBefore(RowEvent row, long start) {
            if (fault == SourceFault.BEGINS_AT_THE_START) {
                return row.commitTs() < start;
            }
            long from = fault == SourceFault.SKIPS_WHAT_FOLLOWS_THE_START && start > 10 ? start + 20 : start;
            return row.commitTs() <= from;
        }

        @Override
        public List<RowEvent> poll(int max, long upToTs) {
            if (closed) {
                throw new IllegalStateException("the source is closed");
            }
            List<RowEvent> polled = new ArrayList<>();
            int most = fault == SourceFault.GIVES_MORE ? max + 1 : max;
            while (next < rows.size() && polled.size() < most && isDue(rows.get(next), upToTs)) {
                RowEvent row = rows.get(next++);
                if (row.isWithin(span) || fault == SourceFault.IGNORES_SPANS) {
                    polled.add(row);
                }
            }
            if (fault == SourceFault.DROPS_WHAT_IS_TOO_MUCH && polled.size() == max && max == 1 && next % 7 == 0) {
                next++;
            }
            return polled;
        }

        private boolean isDue(RowEvent row, long upToTs) {
            return row.commitTs() <= upToTs || fault == SourceFault.EARLY;
        }

        @Override
        public long nextTs() {
            if (fault == SourceFault.NEXT_IS_ALWAYS_THE_START) {
                return startTs + 1;
            }
            long ts = next < rows.size() ? rows.get(next).commitTs() : NONE;
            return fault == SourceFault.NEXT_IS_LATE && ts != NONE ? ts + 1 : ts;
        }

        @Override
        public void close() {
            if (over && fault == SourceFault.FAILS_WHEN_CLOSED_AGAIN) {
                throw new IllegalStateException("closed");
            }
            over = true;
            closed |= fault == SourceFault.CLOSES_WITH_ITS_READER;
        }
    }
}
