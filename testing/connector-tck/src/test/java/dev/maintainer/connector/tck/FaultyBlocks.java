package dev.maintainer.connector.tck;

import dev.maintainer.api.model.BlockEvent;
import dev.maintainer.api.model.BlockKey;
import dev.maintainer.api.model.BlockKind;
import dev.maintainer.api.model.BlockScope;
import dev.maintainer.api.model.PartialCommit;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.replication.BlockReader;
import dev.maintainer.replication.RowReader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Good block events, spoiled by one fault. Those of a fault that is about something else are good. */
final class FaultyBlocks {
    private final InMemoryBlocks blocks;
    private final SourceFault fault;
    private final List<ModelHistory.Life> lives;

    FaultyBlocks(List<BlockEvent> events, SourceFault fault, ModelHistory history) {
        this.blocks = new InMemoryBlocks(spoiled(events, fault), history::tablesAt);
        this.fault = fault;
        this.lives = history.lives;
    }

    /** What all readers see. */
    private static List<BlockEvent> spoiled(List<BlockEvent> events, SourceFault fault) {
        List<BlockEvent> spoiled = new ArrayList<>(events);
        switch (fault) {
            case FORGETS_A_DDL -> spoiled.removeIf(event -> event.equals(firstDdl(events, any -> true)));
            case EVENT_TWICE -> spoiled.add(0, spoiled.get(0));
            case SYNC_POINTS_FIRST -> {
                int ddl = events.indexOf(firstDdl(
                        events,
                        event ->
                                events.contains(BlockEvent.syncPoint(event.key().commitTs()))));
                Collections.swap(spoiled, ddl, ddl + 1);
            }
            case ALL_WAIT_FOR_ONE_TABLE ->
                spoiled.replaceAll(event -> event.scope() instanceof BlockScope.Tables
                        ? new BlockEvent(event.key(), new BlockScope.All(), event.changes(), event.statement())
                        : event);
            default -> {}
        }
        return spoiled;
    }

    private static BlockEvent firstDdl(List<BlockEvent> events, Predicate<BlockEvent> wanted) {
        return events.stream()
                .filter(event -> event.key().kind() == BlockKind.DDL)
                .filter(wanted)
                .findFirst()
                .orElseThrow();
    }

    BlockReader read(TableSpan span, long startTs, PartialCommit partial) {
        BlockReader reader = new InMemoryBlocks.Reader(
                span.equals(TableSpan.DDL) ? leftOf(span, startTs, partial) : leftOfTable(span, startTs, partial));
        return new FaultyReader(reader, startTs);
    }

    private List<BlockEvent> leftOf(TableSpan span, long startTs, PartialCommit partial) {
        return switch (fault) {
            case DDL_AGAIN -> blocks.left(span, startTs, PartialCommit.NONE);
            case ROWS_AND_DDL_ARE_ONE ->
                blocks.left(
                        span, startTs, partial == PartialCommit.NONE ? PartialCommit.NONE : PartialCommit.ROWS_AND_DDL);
            case EVENTS_AT_THE_START -> blocks.left(span, startTs - 1, partial);
            default -> blocks.left(span, startTs, partial);
        };
    }

    private List<BlockEvent> leftOfTable(TableSpan span, long startTs, PartialCommit partial) {
        List<BlockEvent> own = leftOf(span, startTs, partial);
        List<BlockEvent> all = leftOf(TableSpan.DDL, startTs, partial);
        ModelHistory.Life life = lives.stream()
                .filter(each -> each.info().table().equals(span.table()))
                .findFirst()
                .orElseThrow();
        return switch (fault) {
            case TABLES_MEET_ALL -> all;
            case SCHEMAS_ARE_NO_SCOPE -> without(own, event -> event.scope() instanceof BlockScope.Schema);
            case MEETS_WHAT_WAS_BEFORE_IT -> with(own, all, key -> key.commitTs() < life.from());
            case MEETS_A_SYNC_POINT_AFTER_ITS_DROP -> with(own, all, key -> key.commitTs() == life.to());
            case ONLY_THE_FIRST_PART_WAITS -> span.start().equals(SpanBound.LOWEST) ? own : List.of();
            default -> own;
        };
    }

    private static List<BlockEvent> without(List<BlockEvent> own, Predicate<BlockEvent> some) {
        return own.stream().filter(some.negate()).toList();
    }

    /** With sync points that are not its own. */
    private static List<BlockEvent> with(List<BlockEvent> own, List<BlockEvent> all, Predicate<BlockKey> some) {
        return Stream.concat(
                        own.stream(),
                        all.stream()
                                .filter(event -> event.key().kind() == BlockKind.SYNC_POINT && some.test(event.key())))
                .sorted(Comparator.comparing(BlockEvent::key))
                .toList();
    }

    private final class FaultyReader implements BlockReader {
        private final BlockReader good;
        private final long startTs;
        private long givenTs;

        FaultyReader(BlockReader good, long startTs) {
            this.good = good;
            this.startTs = startTs;
        }

        @Override
        public @Nullable BlockEvent poll(long upToTs) {
            boolean early = good.nextTs() > upToTs;
            if (early && fault == SourceFault.FORGETS_WHAT_IS_ASKED_TOO_EARLY) {
                good.poll(RowReader.NONE - 1);
                return null;
            }
            BlockEvent event = good.poll(fault == SourceFault.EVENTS_EARLY ? RowReader.NONE - 1 : upToTs);
            givenTs = event == null ? givenTs : event.key().commitTs();
            return event;
        }

        @Override
        public long nextTs() {
            return switch (fault) {
                case NEXT_EVENT_IS_LATE -> good.nextTs() == RowReader.NONE ? RowReader.NONE : good.nextTs() + 1;
                case NEXT_EVENT_IS_ALWAYS_THE_START -> startTs + 1;
                case NEXT_EVENT_GOES_BACK -> givenTs == 0 ? good.nextTs() : givenTs - 1;
                default -> good.nextTs();
            };
        }
    }
}
