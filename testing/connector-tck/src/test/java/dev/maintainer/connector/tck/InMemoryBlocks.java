package dev.maintainer.connector.tck;

import dev.maintainer.api.model.BlockEvent;
import dev.maintainer.api.model.BlockKey;
import dev.maintainer.api.model.BlockKind;
import dev.maintainer.api.model.BlockScope;
import dev.maintainer.api.model.PartialCommit;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.port.SchemaSnapshot;
import dev.maintainer.replication.BlockReader;
import dev.maintainer.replication.RowReader;
import dev.maintainer.replication.event.BlockEvents;
import dev.maintainer.replication.event.DdlEvent;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.function.LongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The block events of a history that is known as a whole. */
final class InMemoryBlocks {
    private final List<BlockEvent> events;
    private final LongFunction<SchemaSnapshot> tablesAt;

    /**
     * Some events.
     *
     * @param events in the order of their keys
     * @param tablesAt the tables as the source knows them
     */
    InMemoryBlocks(List<BlockEvent> events, LongFunction<SchemaSnapshot> tablesAt) {
        this.events = events;
        this.tablesAt = tablesAt;
    }

    /** The events of DDLs, those of one transaction together, and of sync points. */
    static List<BlockEvent> eventsOf(List<List<DdlEvent>> ddls, List<Long> syncPoints) {
        return Stream.concat(
                        ddls.stream().map(BlockEvents::of).flatMap(Optional::stream),
                        syncPoints.stream().map(BlockEvent::syncPoint))
                .sorted(Comparator.comparing(BlockEvent::key))
                .toList();
    }

    BlockReader read(TableSpan span, long startTs, PartialCommit partial) {
        return new Reader(left(span, startTs, partial));
    }

    List<BlockEvent> left(TableSpan span, long startTs, PartialCommit partial) {
        return events.stream()
                .filter(event -> isLeft(event.key(), startTs, partial))
                .filter(event -> span.equals(TableSpan.DDL) || concerns(event, span.table()))
                .toList();
    }

    private static boolean isLeft(BlockKey key, long startTs, PartialCommit partial) {
        boolean isOver =
                partial == PartialCommit.ROWS_AND_DDL && key.commitTs() == startTs + 1 && key.kind() == BlockKind.DDL;
        return key.commitTs() > startTs && !isOver;
    }

    /** A DDL concerns tables that were there before its transaction, a sync point those that are there after it. */
    private boolean concerns(BlockEvent event, TableId table) {
        long ts = event.key().commitTs();
        SchemaSnapshot present = tablesAt.apply(event.key().kind() == BlockKind.DDL ? ts - 1 : ts);
        return present.tables().stream()
                .filter(each -> each.table().equals(table))
                .anyMatch(each -> event.scope() instanceof BlockScope.All
                        || (event.scope() instanceof BlockScope.Schema of
                                && of.schema().equals(each.schema()))
                        || (event.scope() instanceof BlockScope.Tables of
                                && of.tables().contains(table)));
    }

    static final class Reader implements BlockReader {
        private final Queue<BlockEvent> left;
        private volatile long nextTs;

        Reader(List<BlockEvent> events) {
            this.left = new ArrayDeque<>(events);
            this.nextTs = firstTs();
        }

        private long firstTs() {
            BlockEvent first = left.peek();
            return first == null ? RowReader.NONE : first.key().commitTs();
        }

        @Override
        public @Nullable BlockEvent poll(long upToTs) {
            if (nextTs > upToTs) {
                return null;
            }
            BlockEvent event = left.poll();
            nextTs = firstTs();
            return event;
        }

        @Override
        public long nextTs() {
            return nextTs;
        }
    }
}
